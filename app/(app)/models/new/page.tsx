import { ConnectPage } from "#components/connect/connect-page.tsx";

export const metadata = { title: "Connect a model" };

export default function Page() {
  return <ConnectPage />;
}
