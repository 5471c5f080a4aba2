import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type RunningCore, startCore } from "#server/testing/start-core.ts";

/** Ranking models through the public interface; normalised gains are scikit-learn's `ndcg_score`. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const DAY = new Date(Date.now() - 3 * 86_400_000).toISOString().slice(0, 10);
const HOUR = `${DAY}T10:00:00Z`;
const METRICS = "ndcg@10,map@10,mrr,precision@10";

interface Points {
  readonly points: ReadonlyArray<{
    readonly metric: string;
    readonly value: number | null;
    readonly nCur: number;
    readonly status: string;
    readonly ci: { readonly lo: number; readonly hi: number; readonly method: string } | null;
  }>;
}

let folder = "";
let core: RunningCore;
let key = "";

async function ask<Answer>(path: string, body?: unknown) {
  const response = await fetch(core.url + path, {
    method: body === undefined ? "GET" : "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(response.status).toBeLessThan(300);
  return (await response.json()) as Answer;
}

const LISTS = [
  { id: "q1", items: ["a", "b", "c", "d"], page: "home", label: { a: 3, b: 2, d: 1 } },
  { id: "q2", items: ["a", "b", "c"], page: "home", label: { c: 1, z: 2 } },
  { id: "q3", items: ["a", "b", "c"], page: "search", label: { b: 1 } },
  { id: "q4", items: ["a", "b"], page: "search", label: { a: 0 } },
];

async function measured(segment = "") {
  const query = new URLSearchParams({ metric: METRICS, window: "all", ...(segment ? { segment } : {}) });
  const { points } = await ask<Points>(`/api/v1/models/search/metrics?${query}`);
  return Object.fromEntries(points.map((point) => [point.metric, point]));
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "ranking-"));
  core = await startCore(folder);
  key = await core.command("keys", "create", "--scopes", "ingest,read,manage", "--name", "ranking");
  await ask("/api/v1/models", { slug: "search", task: "ranking" });
  await ask("/api/v1/predictions", {
    model: "search",
    version: "v1",
    predictions: LISTS.map(({ id, items, page }) => ({
      prediction_id: id,
      ts: HOUR,
      features: { length: items.length },
      output: { items },
      segments: { page },
    })),
  });
  const labels = LISTS.map(({ id, label }) => ({ prediction_id: id, value: label }));
  await ask("/api/v1/labels", { model: "search", labels });
});
afterAll(async () => {
  await core.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("labels make the four metrics known, and a query without a relevant item is left out of two", async () => {
  const found = await measured();
  const gains = [0.9854419388428785, 0.19004688335796716, 0.6309297535714573];
  const mean = gains.reduce((sum, gain) => sum + gain, 0) / 3;
  expect(found["ndcg@10"]).toMatchObject({ nCur: 3, status: "LOW_N", value: expect.closeTo(mean, 9) });
  expect(found["ndcg@10"]?.ci?.lo).toBeLessThan(mean);
  expect(found["ndcg@10"]?.ci?.hi).toBeLessThanOrEqual(1);
  expect(found["map@10"]).toMatchObject({
    nCur: 3,
    value: expect.closeTo((11 / 12 + 1 / 6 + 1 / 2) / 3, 9),
  });
  expect(found.mrr).toMatchObject({ nCur: 4, value: expect.closeTo((1 + 1 / 3 + 1 / 2 + 0) / 4, 9) });
  expect(found["precision@10"]).toMatchObject({ nCur: 4, value: expect.closeTo(0.125, 9) });
});

test("a segment has its own", async () => {
  const { mrr, "ndcg@10": gain } = await measured("page:search");
  expect(mrr).toMatchObject({ nCur: 2, value: expect.closeTo(0.25, 9) });
  expect(gain).toMatchObject({ nCur: 1, value: expect.closeTo(0.6309297535714573, 9) });
});

test("a changed label amends them", async () => {
  await ask("/api/v1/labels", { model: "search", labels: [{ prediction_id: "q4", value: { a: 5 } }] });
  const found = await measured("page:search");
  expect(found.mrr).toMatchObject({ nCur: 2, value: expect.closeTo(0.75, 9) });
  expect(found["ndcg@10"]).toMatchObject({
    nCur: 2,
    value: expect.closeTo((1 + 0.6309297535714573) / 2, 9),
  });
});
