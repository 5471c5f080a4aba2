"use client";
export function OverviewPage() {
  return null;
}
