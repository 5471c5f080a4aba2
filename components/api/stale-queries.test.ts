import { expect, test } from "vitest";
import { isTouchedBy } from "#components/api/stale-queries.ts";
import type { LiveChange } from "#server/api/contract.ts";

const windows: LiveChange = {
  kind: "windows",
  model: "flight-late",
  version: "v2",
  from: "2013-09-01T00:00:00Z",
  to: "2013-09-01T01:00:00Z",
  watermark: "2013-09-01T01:00:00Z",
  at: "2013-09-01T01:00:00Z",
};

test("new windows touch the metrics of their model and the fleet, nothing of other models", () => {
  expect(isTouchedBy(windows, ["metrics.query", { model: "flight-late", metric: "roc_auc" }])).toBe(true);
  expect(isTouchedBy(windows, ["metrics.query", { model: "flight-delay", metric: "mae" }])).toBe(false);
  expect(isTouchedBy(windows, ["fleet.get", {}])).toBe(true);
  expect(isTouchedBy(windows, ["channels.list", undefined])).toBe(false);
});

test("an alert touches lists that name no model, and any open alert page", () => {
  const alert: LiveChange = { kind: "alerts", model: "flight-late", at: "2013-09-01T01:00:00Z" };
  expect(isTouchedBy(alert, ["alerts.list", { status: "active" }])).toBe(true);
  expect(isTouchedBy(alert, ["alerts.list", { model: "flight-delay" }])).toBe(false);
  expect(isTouchedBy(alert, ["alerts.get", { id: "al_1" }])).toBe(true);
});

test("a hello touches nothing", () => {
  expect(isTouchedBy({ kind: "hello", at: "2013-09-01T01:00:00Z" }, ["fleet.get", {}])).toBe(false);
});
