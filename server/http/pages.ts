import { Agent, type IncomingMessage, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { createProxyServer } from "http-proxy-3";
import type { Authenticate } from "#server/http/authenticate.ts";
import { redirect, sendText } from "#server/http/respond.ts";
import { ServiceError } from "#server/kernel/errors.ts";
import type { Logger } from "#server/kernel/logger.ts";

/** Where the pages are served from, while they are. */
export interface WebAddress {
  /** `http://127.0.0.1:PORT`, or null while the web process is not up. */
  current(): string | null;
}

export interface PagesOptions {
  readonly web: WebAddress;
  readonly authenticate: Authenticate;
  readonly logger: Logger;
  /** Development only: the page reload socket is passed on. */
  readonly allowUpgrade: boolean;
}

const OPEN_PAGES = new Set(["/sign-in", "/setup"]);
/** Build output and files of the public folder; everything else is a page. */
const STATIC = /^\/(?:_next\/static\/.*|[^/]+\.(?:ico|svg|png|txt|webmanifest|woff2|js|css))$/;
/** Headers by which Next's own parts talk to one another, or that start server code we do not have. */
const STRIPPED =
  /^(?:x-middleware-|x-nextjs-|next-action$|x-invoke-|x-matched-path$|x-forwarded-|forwarded$)/;
const PROXY_TIMEOUT_MS = 30_000;
const SOCKETS_MAX = 64;

const STARTING = `<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="2">
<title>Plumbline</title><p>The pages are starting; this one tries again by itself. Predictions are being taken.</p></html>`;

export function createPages({ web, authenticate, logger, allowUpgrade }: PagesOptions) {
  const agent = new Agent({ keepAlive: true, maxSockets: SOCKETS_MAX });
  const proxy = createProxyServer({ xfwd: false, proxyTimeout: PROXY_TIMEOUT_MS, agent });
  // What a signed-in person sees is kept by no cache; build output is named by its content and may be.
  proxy.on("proxyRes", (answer, request) => {
    if (!STATIC.test(pathOf(request))) answer.headers["cache-control"] = "no-store";
  });
  proxy.on("error", (error, _request, answer) => {
    logger.warn({ error }, "the pages did not answer");
    if ("writeHead" in answer && !answer.headersSent) sendStarting(answer);
    else answer.destroy();
  });

  const serve = async (request: IncomingMessage, response: ServerResponse, path: string): Promise<void> => {
    if (request.method !== "GET" && request.method !== "HEAD") {
      throw new ServiceError("method_not_allowed", "Pages take GET, HEAD.", {
        facts: { allow: "GET, HEAD" },
      });
    }
    if (!isOpen(path, allowUpgrade)) {
      const { kind } = await authenticate.principal(request);
      if (kind !== "person")
        return redirect(response, `/sign-in?next=${encodeURIComponent(request.url ?? "/")}`);
    }
    const target = web.current();
    if (target === null) return sendStarting(response);
    strip(request);
    // Pages bring their own policy with a nonce; the strict one for answers without markup would blank them.
    response.removeHeader("content-security-policy");
    proxy.web(request, response, { target });
  };

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const target = web.current();
    if (!allowUpgrade || target === null || !request.url?.startsWith("/_next/")) socket.destroy();
    else proxy.ws(request, socket as Parameters<typeof proxy.ws>[1], head, { target });
  };

  const close = () => {
    proxy.close();
    agent.destroy();
  };
  return { serve, upgrade, close };
}

function isOpen(path: string, isDevelopment: boolean): boolean {
  return OPEN_PAGES.has(path) || STATIC.test(path) || (isDevelopment && path.startsWith("/_next/"));
}

function pathOf(request: IncomingMessage): string {
  return request.url?.split("?")[0] ?? "/";
}

function strip(request: IncomingMessage): void {
  for (const name of Object.keys(request.headers)) if (STRIPPED.test(name)) delete request.headers[name];
  delete request.headers["content-length"];
  delete request.headers["transfer-encoding"];
}

function sendStarting(response: ServerResponse): void {
  response.setHeader("retry-after", "2");
  sendText(response, 503, "text/html; charset=utf-8", STARTING);
}
