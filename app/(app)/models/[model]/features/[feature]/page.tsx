import type { Metadata } from "next";
import { FeaturePage } from "#components/feature/feature-page.tsx";

interface Props {
  params: Promise<{ model: string; feature: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { model, feature } = await params;
  return { title: `${decodeURIComponent(feature)} of ${decodeURIComponent(model)}` };
}

export default async function Page({ params }: Props) {
  return <FeaturePage feature={decodeURIComponent((await params).feature)} />;
}
