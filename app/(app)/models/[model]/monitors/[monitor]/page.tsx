import { EditMonitorPage } from "#components/monitors/monitor-editor-page.tsx";

export const metadata = { title: "Monitor" };

export default async function Page({ params }: { params: Promise<{ model: string; monitor: string }> }) {
  return <EditMonitorPage id={decodeURIComponent((await params).monitor)} />;
}
