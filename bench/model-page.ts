/** (c) What the pages of a wide model cost to compute from its summaries: 50 features over 30 days of hourly windows. */
import type { WindowName } from "#server/api/contract.ts";
import { queryMetrics } from "#server/metrics/query-metrics.ts";
import { type LabelledRow, testSource } from "#server/metrics/test-world.ts";
import { schemaOf } from "#server/windows/test-rows.ts";
import { atMost, type BenchResult, quantile } from "./result.ts";
import { seededRandom } from "./workload.ts";

const HOUR_MS = 3_600_000;
const FROM_MS = Date.parse("2026-10-21T00:00:00Z");
const HOURS = 30 * 24;
const FEATURES = 50;
const ROWS_AN_HOUR = 100;
const REFERENCE_ROWS = 5_000;
const RUNS = 40;

/** Three numbers of different shape and two categories, ten times over. */
function cellOf(feature: number, random: () => number): number | string {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const kinds = [
    () => Math.round(normal() * 90_000) / 100,
    () => Math.floor(60 * random()),
    () => Math.round(Math.exp(3 + normal()) * 100) / 100,
    () => `plan-${Math.floor(12 * random() * random())}`,
    () => `shop-${Math.floor(60 * random() * random())}`,
  ];
  return kinds[feature % kinds.length]?.() ?? 0;
}

function rowsOf(count: number, fromMs: number, everyMs: number, random: () => number): LabelledRow[] {
  return Array.from({ length: count }, (_, index) => ({
    row: {
      ts: fromMs + Math.floor(index * everyMs),
      "output.probability": Math.round(random() ** 2 * 10_000) / 10_000,
      ...Object.fromEntries(
        Array.from({ length: FEATURES }, (_cell, feature) => [
          `features.f${feature}`,
          cellOf(feature, random),
        ]),
      ),
    },
    label: random() < 0.3 ? "1" : "0",
  }));
}

function wideModel() {
  const random = seededRandom(5);
  const schema = schemaOf({
    slug: "wide",
    windowMs: HOUR_MS,
    positiveClass: "1",
    features: Array.from({ length: FEATURES }, (_, feature) => ({
      name: `f${feature}`,
      type: feature % 5 < 3 ? ("number" as const) : ("category" as const),
      segment: false,
    })),
  });
  const rows = rowsOf(HOURS * ROWS_AN_HOUR, FROM_MS, HOUR_MS / ROWS_AN_HOUR, random);
  return testSource({
    schema,
    versions: { v1: { rows, reference: rowsOf(REFERENCE_ROWS, 0, 1, random) } },
  });
}

/** A page's question, and what is said about it. */
const QUESTIONS: {
  readonly what: string;
  readonly metric: string;
  readonly window: WindowName;
  readonly feature?: string;
}[] = [
  { what: "drift of 50 features by day", metric: "psi@10", feature: "*", window: "1d" },
  {
    what: "drift of 50 features by 6 hours, from 720 hourly windows",
    metric: "psi@10",
    feature: "*",
    window: "6h",
  },
  {
    what: "drift of 50 features over the whole range, with blocks",
    metric: "psi@10",
    feature: "*",
    window: "all",
  },
  { what: "overview of 50 features by day", metric: "roc_auc,volume,label_coverage,null_rate", window: "1d" },
  {
    what: "performance over the whole range, with blocks",
    metric: "accuracy,precision,recall,f1,roc_auc,pr_auc,log_loss,brier,ece,balanced_accuracy,mcc,kappa",
    window: "all",
  },
];

export function benchModelPage(): BenchResult[] {
  const source = wideModel();
  const range = {
    from: new Date(FROM_MS).toISOString(),
    to: new Date(FROM_MS + HOURS * HOUR_MS).toISOString(),
  };
  return QUESTIONS.map(({ what, ...asked }) => {
    const times: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      const startedMs = performance.now();
      queryMetrics(source, { model: "wide", ...range, ...asked });
      times.push(performance.now() - startedMs);
    }
    const ms = quantile(times, 0.5);
    const how = `median of ${RUNS} runs (best ${quantile(times, 0).toFixed(0)} ms) in one process, 30 days, 100 rows an hour`;
    return { figure: "c", what, value: ms, unit: "ms", target: atMost(ms, 50, " ms"), how };
  });
}
