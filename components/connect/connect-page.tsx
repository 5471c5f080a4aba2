"use client";
export function ConnectPage() {
  return null;
}
