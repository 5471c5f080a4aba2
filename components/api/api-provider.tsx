"use client";
import { QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { NuqsAdapter } from "nuqs/adapters/next/app";
import { type ReactNode, useState } from "react";
import { createApiClient } from "#components/api/client.ts";
import { ApiClientContext } from "#components/api/use-api.ts";
import { ToastProvider } from "#components/ui/toast.tsx";

/** What every page stands on: the API client, the query cache, state in the URL, and messages. */
export function ApiProvider({ children }: { children: ReactNode }) {
  const [client] = useState(createApiClient);
  const [queries] = useState(createQueryClient);
  return (
    <ApiClientContext value={client}>
      <QueryClientProvider client={queries}>
        <NuqsAdapter>
          <ToastProvider>{children}</ToastProvider>
        </NuqsAdapter>
      </QueryClientProvider>
    </ApiClientContext>
  );
}

function createQueryClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({ onError: leaveWhenSignedOut }),
    defaultOptions: { queries: { refetchOnWindowFocus: true, gcTime: 5 * 60_000 } },
  });
}

/** A session that ended sends the reader to sign in, and back to this very address after. */
function leaveWhenSignedOut(error: unknown): void {
  const signedOut = typeof error === "object" && error !== null && "status" in error && error.status === 401;
  if (!signedOut || window.location.pathname === SIGN_IN_PATH) return;
  const back = window.location.pathname + window.location.search;
  window.location.assign(`${SIGN_IN_PATH}?next=${encodeURIComponent(back)}`);
}
export const SIGN_IN_PATH = "/sign-in";
