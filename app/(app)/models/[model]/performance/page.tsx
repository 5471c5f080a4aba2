import type { Metadata } from "next";
import { PerformancePage } from "#components/performance/performance-page.tsx";

export async function generateMetadata({
  params,
}: {
  params: Promise<{ model: string }>;
}): Promise<Metadata> {
  return { title: `Performance of ${decodeURIComponent((await params).model)}` };
}

export default function Page() {
  return <PerformancePage />;
}
