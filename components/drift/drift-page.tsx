"use client";
export function DriftPage() {
  return null;
}
