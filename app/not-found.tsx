import { AppShell } from "#components/shell/app-shell.tsx";
import { NotFoundPage } from "#components/shell/not-found-page.tsx";

export const metadata = { title: "Not found" };

export default function NotFound() {
  return (
    <AppShell>
      <NotFoundPage />
    </AppShell>
  );
}
