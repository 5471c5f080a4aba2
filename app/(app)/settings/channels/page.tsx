import { ChannelsPage } from "#components/settings/channels-page.tsx";

export const metadata = { title: "Channels" };

export default function Page() {
  return <ChannelsPage />;
}
