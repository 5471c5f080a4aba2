import type { Metadata } from "next";
import { OverviewPage } from "#components/model/overview-page.tsx";

export async function generateMetadata({
  params,
}: {
  params: Promise<{ model: string }>;
}): Promise<Metadata> {
  return { title: decodeURIComponent((await params).model) };
}

export default function Page() {
  return <OverviewPage />;
}
