import type { Metadata } from "next";
import { FairnessPage } from "#components/fairness/fairness-page.tsx";

export async function generateMetadata({
  params,
}: {
  params: Promise<{ model: string }>;
}): Promise<Metadata> {
  return { title: `Fairness of ${decodeURIComponent((await params).model)}` };
}

export default function Page() {
  return <FairnessPage />;
}
