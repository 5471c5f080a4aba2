import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

export interface ServerMetrics {
  readonly registry: Registry;
  observe(route: string, status: number, seconds: number): void;
}

/** Numbers that are read when somebody asks for them. */
export interface LiveNumbers {
  readonly streams: () => number;
  readonly isWebUp: () => boolean;
  readonly isReady: () => boolean;
  /** Further gauges, such as the ingest queue's. */
  readonly gauges: readonly NamedGauge[];
}

export interface NamedGauge {
  /** Without the prefix that all share. */
  readonly name: string;
  readonly help: string;
  readonly read: () => number;
}

const SECONDS_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function createServerMetrics(numbers: LiveNumbers): ServerMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "plumbline_" });
  const requests = new Counter({
    name: "plumbline_http_requests_total",
    help: "Requests answered, by route and status.",
    labelNames: ["route", "status"],
    registers: [registry],
  });
  const seconds = new Histogram({
    name: "plumbline_http_request_duration_seconds",
    help: "Time from a request's first line to the end of its answer.",
    labelNames: ["route"],
    buckets: SECONDS_BUCKETS,
    registers: [registry],
  });
  gauge(registry, "plumbline_live_streams", "Open live-update streams.", numbers.streams);
  gauge(registry, "plumbline_web_up", "1 while the pages are served.", () => Number(numbers.isWebUp()));
  gauge(registry, "plumbline_ready", "1 while a write would be accepted.", () => Number(numbers.isReady()));
  for (const { name, help, read } of numbers.gauges) gauge(registry, `plumbline_${name}`, help, read);
  return {
    registry,
    observe: (route, status, took) => {
      requests.inc({ route, status: String(status) });
      seconds.observe({ route }, took);
    },
  };
}

function gauge(registry: Registry, name: string, help: string, read: () => number): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(read());
    },
  });
}
