/**
 * Sends prepared bodies over kept connections as fast as they are answered; runs as a process of its own, so that the
 * sender's work is not the server's. Started with `fork`; takes one SendOrder, answers with one SendReport.
 */
import { connect, type Socket } from "node:net";
import { PreparedBody, randomIdWriter } from "./prepared-body.ts";
import { orderedId } from "./workload.ts";

export interface SendOrder {
  readonly port: number;
  readonly path: string;
  readonly key: string;
  readonly model: string;
  readonly rowsPerBody: number;
  readonly connections: number;
  readonly ids: "random" | "ordered";
  /** First number of ordered ids. */
  readonly firstId: number;
  readonly seed: number;
  readonly fromMs: number;
  /** Stops after this time or so many rows, whichever is first. */
  readonly seconds: number;
  readonly rows: number;
}

export interface SendReport {
  readonly requests: number;
  readonly rows: number;
  readonly refused: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const HEAD_END = "\r\n\r\n";

class Lane {
  readonly latencies: number[] = [];
  requests = 0;
  refused = 0;
  readonly #socket: Socket;
  readonly #body: PreparedBody;
  readonly #head: Buffer;
  readonly #order: SendOrder;
  readonly #writeId: (bytes: Buffer, offset: number) => void;
  #answer = "";
  #sentMs = 0;

  constructor(order: SendOrder, lane: number, nextId: () => number) {
    this.#order = order;
    const { model, rowsPerBody, seed } = order;
    this.#body = new PreparedBody({ model, version: "v1", rows: rowsPerBody, seed: seed + lane });
    const random = randomIdWriter(seed * 1_000 + lane);
    this.#writeId =
      order.ids === "random"
        ? random
        : (bytes, offset) => void bytes.write(orderedId(nextId()), offset, "latin1");
    this.#head = Buffer.from(
      `POST ${order.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${order.key}\r\nContent-Type: application/json\r\nContent-Length: ${this.#body.bytes.length}${HEAD_END}`,
    );
    this.#socket = connect(order.port, "127.0.0.1");
    this.#socket.setNoDelay(true);
  }

  run(mayGoOn: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.on("error", reject);
      this.#socket.on("connect", () => this.#send());
      this.#socket.on("data", (part) => {
        this.#answer += part.toString("latin1");
        if (!this.#isComplete()) return;
        this.#note();
        if (mayGoOn()) this.#send();
        else {
          this.#socket.destroy();
          resolve();
        }
      });
    });
  }

  #send(): void {
    const { fromMs, rowsPerBody } = this.#order;
    const startMs = fromMs + this.requests * 1_000;
    const bytes = this.#body.fill(this.#writeId, (row) => startMs + (row * 1_000) / rowsPerBody);
    this.#answer = "";
    this.#sentMs = performance.now();
    this.#socket.cork();
    this.#socket.write(this.#head);
    this.#socket.write(bytes);
    this.#socket.uncork();
  }

  #isComplete(): boolean {
    const end = this.#answer.indexOf(HEAD_END);
    if (end < 0) return false;
    const length = Number(/content-length: (\d+)/i.exec(this.#answer)?.[1] ?? 0);
    return this.#answer.length >= end + HEAD_END.length + length;
  }

  #note(): void {
    this.latencies.push(performance.now() - this.#sentMs);
    this.requests++;
    if (this.#answer.startsWith("HTTP/1.1 200")) return;
    if (!this.#answer.startsWith("HTTP/1.1 503"))
      throw new Error(`The server answered ${this.#answer.slice(0, 600)}`);
    this.refused++;
  }
}

async function send(order: SendOrder): Promise<SendReport> {
  const requestsMax = Math.ceil(order.rows / order.rowsPerBody);
  let begun = order.connections;
  let id = order.firstId;
  const startedMs = performance.now();
  const mayGoOn = () => begun++ < requestsMax && performance.now() - startedMs < order.seconds * 1_000;
  const lanes = Array.from({ length: order.connections }, (_, lane) => new Lane(order, lane, () => id++));
  await Promise.all(lanes.map((lane) => lane.run(mayGoOn)));
  const seconds = (performance.now() - startedMs) / 1_000;
  const latencies = lanes.flatMap((lane) => lane.latencies).sort((a, b) => a - b);
  const refused = lanes.reduce((sum, lane) => sum + lane.refused, 0);
  const requests = latencies.length - refused;
  const at = (share: number) => latencies[Math.floor((latencies.length - 1) * share)] ?? Number.NaN;
  return { requests, rows: requests * order.rowsPerBody, refused, seconds, p50Ms: at(0.5), p99Ms: at(0.99) };
}

process.on("message", (order: SendOrder) => {
  send(order).then(
    (report) => process.send?.(report, () => process.exit(0)),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
