import type { Metadata } from "next";
import { PredictionPage } from "#components/predictions/prediction-page.tsx";

interface Props {
  params: Promise<{ model: string; id: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Prediction ${decodeURIComponent((await params).id)}` };
}

export default async function Page({ params }: Props) {
  return <PredictionPage id={decodeURIComponent((await params).id)} />;
}
