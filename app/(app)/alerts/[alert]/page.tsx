import { AlertPage } from "#components/alerts/alert-page.tsx";

export const metadata = { title: "Alert" };

export default async function Page({ params }: { params: Promise<{ alert: string }> }) {
  return <AlertPage id={decodeURIComponent((await params).alert)} />;
}
