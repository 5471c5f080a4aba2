import { ApiKeysPage } from "#components/settings/api-keys-page.tsx";

export const metadata = { title: "API keys" };

export default function Page() {
  return <ApiKeysPage />;
}
