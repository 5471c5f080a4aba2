import type { Metadata } from "next";
import { ModelSettingsPage } from "#components/settings/model-settings-page.tsx";

export async function generateMetadata({
  params,
}: {
  params: Promise<{ model: string }>;
}): Promise<Metadata> {
  return { title: `Settings of ${decodeURIComponent((await params).model)}` };
}

export default function Page() {
  return <ModelSettingsPage />;
}
