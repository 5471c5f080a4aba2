"use client";
export function FeaturePage({ feature }: { feature: string }) {
  return <p>{feature}</p>;
}
