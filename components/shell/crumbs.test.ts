import { expect, test } from "vitest";
import { crumbsOf } from "#components/shell/crumbs.ts";

const labels = (path: string) => crumbsOf(path).map((crumb) => crumb.label);

test("every page knows its place", () => {
  expect(labels("/")).toEqual(["Fleet"]);
  expect(labels("/models/flight-late")).toEqual(["Fleet", "flight-late"]);
  expect(labels("/models/flight-late/drift")).toEqual(["Fleet", "flight-late", "Drift"]);
  expect(labels("/models/a%20b/features/x%2Fy")).toEqual(["Fleet", "a b", "Drift", "x/y"]);
  expect(labels("/models/new")).toEqual(["Fleet", "Connect a model"]);
  expect(labels("/alerts/al_123")).toEqual(["Alerts", "Alert"]);
  expect(labels("/models/m/monitors/mo_1")).toEqual(["Fleet", "m", "Monitors", "Monitor"]);
});

test("a broken escape is shown as it is", () => {
  expect(labels("/models/%E0%A4%A/drift")).toEqual(["Fleet", "%E0%A4%A", "Drift"]);
});

test("every crumb but the last leads somewhere above", () => {
  expect(crumbsOf("/models/m/features/f").map((crumb) => crumb.href)).toEqual([
    "/",
    "/models/m",
    "/models/m/drift",
    "/models/m/features/f",
  ]);
});
