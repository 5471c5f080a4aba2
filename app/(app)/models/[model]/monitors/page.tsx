import type { Metadata } from "next";
import { MonitorsPage } from "#components/monitors/monitors-page.tsx";

export async function generateMetadata({
  params,
}: {
  params: Promise<{ model: string }>;
}): Promise<Metadata> {
  return { title: `Monitors of ${decodeURIComponent((await params).model)}` };
}

export default function Page() {
  return <MonitorsPage />;
}
