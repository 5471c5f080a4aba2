import type { Metadata } from "next";
import { SegmentsPage } from "#components/segments/segments-page.tsx";

export async function generateMetadata({
  params,
}: {
  params: Promise<{ model: string }>;
}): Promise<Metadata> {
  return { title: `Segments of ${decodeURIComponent((await params).model)}` };
}

export default function Page() {
  return <SegmentsPage />;
}
