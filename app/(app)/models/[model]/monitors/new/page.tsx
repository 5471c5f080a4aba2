import { NewMonitorPage } from "#components/monitors/monitor-editor-page.tsx";

export const metadata = { title: "New monitor" };

export default function Page() {
  return <NewMonitorPage />;
}
