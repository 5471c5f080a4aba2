import { gzipSync } from "node:zlib";

const RETRIED = new Set([408, 429, 500, 502, 503]);
const MAX_ATTEMPTS = 60;

export class RefusedRequest extends Error {
  readonly status: number;
  constructor(status: number, method: string, path: string, body: string) {
    super(`${method} ${path} was answered with ${status}: ${body.slice(0, 500)}`);
    this.name = "RefusedRequest";
    this.status = status;
  }
}

const pause = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done);
  });

/** What any service does that logs to Plumbline: post, and send the same bytes again while the server asks it to. */
export class ServiceClient {
  readonly #base: string;
  readonly #key: string;
  readonly #signal: AbortSignal;

  constructor(options: { url: string; key: string; signal: AbortSignal }) {
    this.#base = options.url.replace(/\/$/, "");
    this.#key = options.key;
    this.#signal = options.signal;
  }

  get stopped(): boolean {
    return this.#signal.aborted;
  }

  wait(ms: number): Promise<void> {
    return pause(ms, this.#signal);
  }

  async get<Answer>(path: string): Promise<Answer> {
    return (await this.#send("GET", path, {}, undefined)) as Answer;
  }

  async post<Answer>(path: string, body: unknown): Promise<Answer> {
    const bytes = gzipSync(JSON.stringify(body), { level: 1 });
    const headers = { "content-type": "application/json", "content-encoding": "gzip" };
    return (await this.#send("POST", path, headers, bytes)) as Answer;
  }

  /** For the routes that take plain JSON only. */
  async postPlain<Answer>(path: string, body: unknown): Promise<Answer> {
    const headers = { "content-type": "application/json" };
    return (await this.#send("POST", path, headers, JSON.stringify(body))) as Answer;
  }

  async upload<Answer>(path: string, contentType: string, text: string): Promise<Answer> {
    const headers = { "content-type": contentType, "content-encoding": "gzip" };
    return (await this.#send("POST", path, headers, gzipSync(text))) as Answer;
  }

  async #send(
    method: string,
    path: string,
    headers: Record<string, string>,
    body: string | Uint8Array | undefined,
  ) {
    for (let attempt = 1; ; attempt++) {
      const response = await fetch(this.#base + path, {
        method,
        headers: { ...headers, authorization: `Bearer ${this.#key}`, accept: "application/json" },
        body: body as BodyInit | undefined,
        signal: this.#signal,
      });
      const text = await response.text();
      if (response.ok) return text === "" ? null : JSON.parse(text);
      if (!RETRIED.has(response.status) || attempt === MAX_ATTEMPTS)
        throw new RefusedRequest(response.status, method, path, text);
      const retryAfterSeconds = Number(response.headers.get("retry-after") ?? "1");
      await this.wait(Math.min(30, Math.max(0.2, retryAfterSeconds)) * 1000);
    }
  }
}
