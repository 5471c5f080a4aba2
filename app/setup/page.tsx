import type { Metadata } from "next";
import { Setup } from "#components/access/setup.tsx";

export const metadata: Metadata = { title: "Set up", referrer: "no-referrer" };

export default async function Page({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const { token } = await searchParams;
  return <Setup token={typeof token === "string" ? token : null} />;
}
