"use client";
export function FleetPage() {
  return null;
}
