import { AlertInbox } from "#components/alerts/alert-inbox.tsx";

export const metadata = { title: "Alerts" };

export default function Page() {
  return <AlertInbox />;
}
