import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { MetricsAnswer } from "#server/api/contract.ts";
import type { MultivariateAnswer } from "#server/api/contracts/multivariate.ts";
import { normalQuantile } from "#server/stats/distributions/normal.ts";
import { seededGenerator } from "#server/stats/random/seeded-generator.ts";
import { type RunningCore, startCore } from "#server/testing/start-core.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/**
 * The line from ingest to the answer, real SQLite: two features keep their own distributions while their relation
 * turns round. One feature at a time nothing is seen; together it is.
 */
const START = Date.UTC(2026, 0, 5);
const ROWS = 1_500;
let folder = "";
let core: RunningCore;
let key = "";

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "joint-drift-"));
  core = await startCore(folder, { PLUMBLINE_RETENTION_DAYS: "4000" });
  key = await core.command("keys", "create", "--scopes", "ingest,read,manage", "--name", "joint");
});
afterAll(async () => {
  await core?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const call = (path: string, init: RequestInit & { headers?: Record<string, string> } = {}) =>
  fetch(`${core.url}/api/v1${path}`, {
    ...init,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json", ...init.headers },
  });

interface Features {
  readonly inside: number;
  readonly outside: number;
  readonly wind: number;
  readonly kind: string;
}

function draw(seed: string, relation: number): Features[] {
  const next = seededGenerator(seed);
  const normal = () => normalQuantile(Math.max(1e-9, next()));
  return Array.from({ length: ROWS }, () => {
    const inside = normal();
    const outside = relation * inside + Math.sqrt(1 - relation ** 2) * normal();
    return { inside, outside, wind: normal(), kind: next() < 0.3 ? "a" : "b" };
  });
}

async function log(model: string, rows: readonly Features[], startMs: number): Promise<void> {
  const predictions = rows.map((features, row) => ({
    prediction_id: `${startMs}-${row}`,
    ts: new Date(startMs + row * 40_000).toISOString(),
    features,
    output: { value: features.wind },
  }));
  const answer = await call("/predictions", {
    method: "POST",
    body: JSON.stringify({ model, version: "v1", predictions }),
  });
  expect(answer.status).toBe(200);
}

async function withReference(model: string, rows: readonly Features[]): Promise<void> {
  const made = await call("/models", {
    method: "POST",
    body: JSON.stringify({ slug: model, task: "regression", window: "1h" }),
  });
  expect(made.status).toBe(201);
  const csv = rows.map((row) => [row.inside, row.outside, row.wind, row.kind, row.wind].join(","));
  const sent = await call(`/models/${model}/references?version=v1&map=output.value:predicted`, {
    method: "POST",
    headers: { "content-type": "text/csv" },
    body: ["inside,outside,wind,kind,predicted", ...csv].join("\n"),
  });
  expect(sent.status).toBe(201);
}

async function joint(model: string, query = ""): Promise<MultivariateAnswer> {
  const answer = await call(`/models/${model}/drift/multivariate${query}`);
  expect(answer.status).toBe(200);
  return (await answer.json()) as MultivariateAnswer;
}

test("a relation that turned round is found by all features together, and by no feature alone", async () => {
  await withReference("turned", draw("reference", 0.8));
  await log("turned", draw("live", -0.8), START);
  const alone = (await (
    await call("/models/turned/metrics?metric=tv&feature=*&window=all")
  ).json()) as MetricsAnswer;
  const shown = alone.points.filter(({ feature }) => feature !== "@output");
  expect(shown.map(({ feature }) => feature).sort()).toEqual(["inside", "kind", "outside", "wind"]);
  for (const point of shown) expect(point.ci?.lo ?? 1).toBeLessThan(0.02);

  const found = await joint("turned");
  expect(found).toMatchObject({ status: "OK", advice: null, version: "v1", leftOut: [] });
  expect(found.rows).toEqual({ current: ROWS, ofCurrent: ROWS, reference: ROWS, ofReference: ROWS });
  const { classifier, correlation, reconstruction, discrepancy } = found;
  expect(classifier?.trees.interval?.lo).toBeGreaterThan(0.8);
  expect(classifier?.logistic.interval?.lo).toBeLessThan(0.52);
  expect(
    classifier?.importances
      .slice(0, 2)
      .map(({ feature }) => feature)
      .sort(),
  ).toEqual(["inside", "outside"]);
  expect(correlation?.pairs[0]).toMatchObject({ features: ["inside", "outside"] });
  expect(correlation?.pairs[0]?.difference.interval?.hi).toBeLessThan(-1.4);
  expect(correlation).toMatchObject({ tested: 3, changed: 1 });
  expect(reconstruction?.difference.interval?.lo).toBeGreaterThan(0);
  expect(discrepancy?.squared.interval?.lo).toBeGreaterThan(0);
  expect(discrepancy?.p).toBe(0.005);
  // The same question has the same answer, to the last digit.
  expect(await joint("turned")).toEqual(found);
});

test("without drift every number says so; one method alone answers only that", async () => {
  await withReference("same", draw("reference", 0.8));
  await log("same", draw("alike", 0.8), START);
  const { classifier, correlation, discrepancy, reconstruction } = await joint("same");
  expect(classifier?.trees.interval?.lo).toBeLessThan(0.5);
  expect(correlation?.changed).toBe(0);
  expect(discrepancy?.squared.interval?.lo).toBeLessThan(0);
  expect(reconstruction?.difference.interval?.lo).toBeLessThan(0);
  const one = await joint("same", "?method=correlation");
  expect(one.correlation).toEqual(correlation);
  expect(one.classifier).toBeNull();
});

test("what is missing is said, with what to do about it", async () => {
  await withReference("few", draw("reference", 0.8));
  expect(await joint("few")).toMatchObject({ status: "EMPTY", classifier: null });
  await log("few", draw("live", 0.8).slice(0, 150), START);
  const few = await joint("few");
  expect(few).toMatchObject({ status: "LOW_N", classifier: null, correlation: null });
  expect(few.advice).toMatch(/200 rows on either side/);
  await call("/models", { method: "POST", body: JSON.stringify({ slug: "bare", task: "regression" }) });
  await log("bare", draw("live", 0.8), START);
  expect(await joint("bare")).toMatchObject({ status: "NO_REFERENCE", refId: null });
  const wrong = await call("/models/few/drift/multivariate?method=guess");
  expect(wrong.status).toBe(400);
});
