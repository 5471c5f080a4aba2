import { expect, test } from "vitest";
import type { MetricPoint } from "#server/api/contract.ts";
import { cellsOf, type StripAlert, stateNow, stripOf, worstDrift } from "#server/api/fleet-row.ts";

const HOUR = 3_600_000;
const alert = (more: Partial<StripAlert>): StripAlert => ({
  kind: "breach",
  severity: "ticket",
  isSilenced: false,
  openedAt: HOUR,
  closedAt: null,
  ...more,
});
const calm = { alerts: [], hasRows: true, hasReference: true, monitors: ["normal"] };

test("a strip shows the worst of each cell, and nothing where nothing was logged", () => {
  const cells = [0, 1, 2, 3].map((hour) => ({
    from: hour * HOUR,
    to: (hour + 1) * HOUR,
    predictions: hour === 0 ? 0 : 5,
  }));
  const alerts = [
    alert({ openedAt: 2.5 * HOUR, closedAt: 2.6 * HOUR }),
    alert({ severity: "page", openedAt: 3.5 * HOUR }),
    alert({ openedAt: 3.5 * HOUR }),
  ];
  expect(stripOf(cells, alerts).map(({ state }) => state)).toEqual([null, "healthy", "warning", "alerting"]);
});

test.each([
  [{}, "healthy"],
  [{ hasRows: false }, "no-data"],
  [{ hasReference: false }, "learning"],
  [{ monitors: ["not-enough-data", "not-enough-data"] }, "not-enough-data"],
  [{ monitors: [] }, "healthy"],
  [{ alerts: [alert({ closedAt: 2 * HOUR })] }, "healthy"],
  [{ alerts: [alert({}), alert({ kind: "no-data" })] }, "no-data"],
  [{ alerts: [alert({ isSilenced: true, severity: "page" })] }, "silenced"],
  [{ alerts: [alert({ isSilenced: true }), alert({ severity: "page" })] }, "alerting"],
] as const)("%j is %s", (more, state) => {
  expect(stateNow({ ...calm, ...more }).state).toBe(state);
});

test("since when is the oldest alert of the state that is shown", () => {
  const alerts = [
    alert({ openedAt: 1 }),
    alert({ severity: "page", openedAt: 9 }),
    alert({ severity: "page", openedAt: 7 }),
  ];
  expect(stateNow({ ...calm, alerts })).toEqual({ state: "alerting", since: 7 });
});

test("cells are whole windows and cover the range", () => {
  expect(cellsOf(0, 7 * 24 * HOUR, 28, HOUR)).toHaveLength(28);
  const odd = cellsOf(HOUR / 2, 10 * HOUR, 4, HOUR);
  expect(odd[0]).toEqual({ from: 0, to: 3 * HOUR });
  expect(odd.at(-1)?.to).toBeGreaterThanOrEqual(10 * HOUR);
});

test("the worst drift is the largest value that can be relied on", () => {
  const point = (feature: string, value: number | null, status: MetricPoint["status"] = "OK") =>
    ({ feature, value, status }) as MetricPoint;
  expect(
    worstDrift([point("a", 0.1), point("b", 0.3), point("c", 0.9, "LOW_N"), point("d", null)], 0.2),
  ).toMatchObject({
    feature: "b",
    limit: 0.2,
  });
  expect(worstDrift([], 0.2)).toBeNull();
});
