import type { Metadata } from "next";
import { DriftPage } from "#components/drift/drift-page.tsx";

export async function generateMetadata({
  params,
}: {
  params: Promise<{ model: string }>;
}): Promise<Metadata> {
  return { title: `Drift of ${decodeURIComponent((await params).model)}` };
}

export default function Page() {
  return <DriftPage />;
}
