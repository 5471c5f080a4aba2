import type { Metadata } from "next";
import { PredictionsPage } from "#components/predictions/predictions-page.tsx";

export async function generateMetadata({
  params,
}: {
  params: Promise<{ model: string }>;
}): Promise<Metadata> {
  return { title: `Predictions of ${decodeURIComponent((await params).model)}` };
}

export default function Page() {
  return <PredictionsPage />;
}
