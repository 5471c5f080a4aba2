import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { AlertDetail, AlertsAnswer, BacktestAnswer, Monitor } from "#server/api/contract.ts";
import type { ModelBudget, MonitorEvidence, RecommendedMonitors } from "#server/api/contracts/budget.ts";
import { normalQuantile } from "#server/stats/distributions/normal.ts";
import { seededGenerator } from "#server/stats/random/seeded-generator.ts";
import { type RunningCore, startCore } from "#server/testing/start-core.ts";

/** Evidence monitors through the public interface: a quiet feature, one that drifts on day 20, and the budget they share. */
const DAY_MS = 86_400_000;
const DAYS = 30;
const DRIFT_FROM = 20;
const ROWS_A_DAY = 600;
const FIRST_DAY = Math.floor(Date.now() / DAY_MS) * DAY_MS - DAYS * DAY_MS;

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

let folder = "";
let core: RunningCore;
let key = "";

async function ask<Answer>(method: string, path: string, body?: unknown, type = "application/json") {
  const response = await fetch(core.url + path, {
    method,
    headers: { authorization: `Bearer ${key}`, "content-type": type },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Answer };
}
const get = async <Answer>(path: string) => (await ask<Answer>("GET", path)).body;

const next = seededGenerator("evidence end to end");
const normal = () => normalQuantile(next());

async function logDay(day: number): Promise<void> {
  const rows = Array.from({ length: ROWS_A_DAY }, (_, row) => row);
  const shift = day >= DRIFT_FROM ? 0.5 : 0;
  const answer = await ask("POST", "/api/v1/predictions", {
    model: "drifting",
    version: "v1",
    columns: {
      prediction_id: rows.map((row) => `${day}-${row}`),
      ts: rows.map((row) => new Date(FIRST_DAY + day * DAY_MS + row * 60_000).toISOString()),
      features: { quiet: rows.map(normal), moving: rows.map(() => normal() + shift) },
      output: { probability: rows.map(() => next()) },
    },
  });
  expect(answer.status).toBe(200);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "evidence-"));
  core = await startCore(folder);
  key = await core.command("keys", "create", "--scopes", "ingest,read,manage", "--name", "evidence");
  await ask("POST", "/api/v1/models", { slug: "drifting", task: "binary", budget_weeks: 26 });
  const csv = Array.from({ length: 5_000 }, () => `${normal()},${normal()},${next()}`);
  const map = encodeURIComponent("output.probability:p");
  const uploaded = await ask(
    "POST",
    `/api/v1/models/drifting/references?version=v1&name=training&map=${map}`,
    ["quiet,moving,p", ...csv].join("\n"),
    "text/csv",
  );
  expect(uploaded.status).toBe(201);
  for (let day = 0; day < DAYS; day++) await logDay(day);
});
afterAll(async () => {
  await core.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function judged(): Promise<Monitor[]> {
  for (;;) {
    const { monitors } = await get<{ monitors: Monitor[] }>("/api/v1/monitors?model=drifting");
    if (monitors.every(({ state }) => state !== "learning")) return monitors;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test("the recommended set is shown, made once, and made again it adds nothing", async () => {
  const path = "/api/v1/models/drifting/recommended-monitors";
  const shown = await get<RecommendedMonitors>(path);
  expect(shown.monitors.map(({ metric, feature }) => `${metric} ${feature}`)).toEqual([
    "tv @output",
    "tv quiet",
    "null_rate quiet",
    "tv moving",
    "null_rate moving",
  ]);
  expect((await ask<{ monitors: Monitor[] }>("POST", path, {})).body.monitors).toHaveLength(5);
  expect((await ask<{ monitors: Monitor[] }>("POST", path, {})).body.monitors).toEqual([]);
  const again = await get<RecommendedMonitors>(path);
  expect(again.monitors.every(({ isThere }) => isThere)).toBe(true);
});

test("what drifts alarms within two windows and is dated; what does not is quiet", async () => {
  await judged();
  const { alerts } = await get<AlertsAnswer>("/api/v1/alerts?model=drifting&status=all");
  expect(alerts.map(({ metric, feature, kind }) => [metric, feature, kind])).toEqual([
    ["tv", "moving", "breach"],
  ]);
  const [alert] = alerts;
  const detail = await get<AlertDetail>(`/api/v1/alerts/${alert?.id}`);
  const dayOf = (at: string) => (Date.parse(at) - FIRST_DAY) / DAY_MS;
  expect(dayOf(detail.openedAt)).toBeLessThanOrEqual(DRIFT_FROM + 2);
  expect(dayOf(detail.openedAt)).toBeGreaterThan(DRIFT_FROM);
  expect(Math.abs(dayOf(detail.onset) - DRIFT_FROM)).toBeLessThanOrEqual(1);
  expect(detail.evidence?.log10).toBeGreaterThanOrEqual(detail.evidence?.line ?? Number.POSITIVE_INFINITY);
  expect(detail.title).toMatch(/^moving has drifted by more than 0.05/);
  expect(detail.closedAt).toBeNull();
});

test("the budget says who shares it, where it alarms, what is spent and what the reference can certify", async () => {
  const budget = await get<ModelBudget>("/api/v1/models/drifting/budget");
  expect(budget).toMatchObject({ weeks: 26, monitors: 5, tests: 8 });
  // 26 weeks are 182 windows of a day, shared by 8 tests.
  expect(budget.lines).toEqual([{ window: "1d", log10: expect.closeTo(Math.log10(182 * 8), 6) }]);
  expect(budget.alerts).toEqual({ all: 1, falseAlarms: 0, real: 0, unjudged: 1 });
  expect(budget.drift.map(({ feature }) => feature).sort()).toEqual(["@output", "moving", "quiet"]);
  for (const { smallest, rows } of budget.drift) {
    expect(rows).toBe(5_000);
    expect(smallest).toBeGreaterThan(0.05);
    expect(smallest).toBeLessThan(0.12);
  }
});

test("evidence is told window by window, and the back-test of the same rule says the same", async () => {
  const { monitors } = await get<{ monitors: MonitorEvidence[] }>(
    "/api/v1/models/drifting/evidence?feature=moving",
  );
  const told = monitors.find(({ metric }) => metric === "tv");
  expect(told?.points).toHaveLength(DAYS - 1);
  const [monitor] = (await judged()).filter(({ metric, feature }) => metric === "tv" && feature === "moving");
  const replayed = await ask<BacktestAnswer>("POST", "/api/v1/monitors/backtest", {
    ...rule(monitor),
    model: "drifting",
  });
  expect(replayed.body.slots.map(({ evidence }) => evidence?.log10)).toEqual(
    told?.points.map(({ log10 }) => log10),
  );
});

function rule(monitor: Monitor | undefined) {
  if (monitor === undefined) throw new Error("There is no such monitor.");
  const { metric, feature, segment, version, window, op, limit, decide } = monitor;
  const { clear, wholeInterval, minN, forWindows, keepWindows, noDataWindows } = monitor;
  return {
    ...{ metric, feature, segment, version, window, op, limit, decide },
    ...{ clear, wholeInterval, minN, forWindows, keepWindows, noDataWindows },
  };
}

test("a verdict of a person is what spends the budget", async () => {
  const { alerts } = await get<AlertsAnswer>("/api/v1/alerts?model=drifting&status=all");
  const resolved = await ask("POST", `/api/v1/alerts/${alerts[0]?.id}/resolve`, {
    reason: "A test of the sensor",
    verdict: "false-alarm",
  });
  expect(resolved.status).toBe(200);
  const { alerts: counted } = await get<ModelBudget>("/api/v1/models/drifting/budget");
  expect(counted).toEqual({ all: 1, falseAlarms: 1, real: 0, unjudged: 0 });
});

test("a rule for which no evidence can be gathered is refused with what can", async () => {
  const refused = await ask<{ errors: { path: string; message: string }[] }>("POST", "/api/v1/monitors", {
    model: "drifting",
    metric: "psi@10",
    feature: "moving",
    op: "above",
    limit: 0.2,
    decide: "evidence",
  });
  expect(refused.status).toBe(400);
  expect(refused.body.errors).toMatchObject([
    { path: "decide", message: expect.stringMatching(/tv, accuracy/) },
  ]);
});
