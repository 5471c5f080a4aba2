import { AppearancePage } from "#components/settings/appearance-page.tsx";

export const metadata = { title: "Appearance" };

export default function Page() {
  return <AppearancePage />;
}
