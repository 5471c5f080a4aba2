import type { Metadata } from "next";
import { QualityPage } from "#components/quality/quality-page.tsx";

export async function generateMetadata({
  params,
}: {
  params: Promise<{ model: string }>;
}): Promise<Metadata> {
  return { title: `Quality of ${decodeURIComponent((await params).model)}` };
}

export default function Page() {
  return <QualityPage />;
}
