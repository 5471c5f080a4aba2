import type { Metadata } from "next";
import { SignIn } from "#components/access/sign-in.tsx";

export const metadata: Metadata = { title: "Sign in" };

export default async function Page({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const { next, error } = await searchParams;
  return (
    <SignIn next={typeof next === "string" ? next : null} error={typeof error === "string" ? error : null} />
  );
}
