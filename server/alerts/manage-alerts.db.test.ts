import { afterEach, beforeEach, expect, test } from "vitest";
import { HOUR_MS } from "#server/alerts/fixtures.ts";
import {
  acknowledgeAlert,
  assignAlert,
  getAlert,
  listAlerts,
  noteAlert,
  resolveAlert,
  silenceAlert,
  unacknowledgeAlert,
  unsilenceAlert,
} from "#server/alerts/manage-alerts.ts";
import type { AlertsInput, SegmentRow } from "#server/api/contract.ts";
import { ServiceError } from "#server/kernel/errors.ts";
import { recordEvent } from "#server/models/timeline.ts";
import { type AlertWorld, MODEL, openAlertWorld } from "#server/testing/alert-world.ts";

let world: AlertWorld;
beforeEach(() => {
  world = openAlertWorld();
});
afterEach(() => world.close());
const args = <Input>(input: Input) => ({ db: world.db, clock: world.clock, actor: "ann@example.org", input });
const list = (input: import("zod").infer<typeof AlertsInput> = {}) =>
  listAlerts({ ...args(input), models: world.registry });
const detail = (id: string, more: object = {}) =>
  getAlert({ ...args({ id }), sources: { models: world.registry, source: world.source, ...more } });
function fired(): string {
  world.monitor();
  world.live(1001, 0.6);
  return world.alerts()[0]?.id ?? "";
}
const at = (hours: number) => new Date(world.clock.now() + hours * HOUR_MS).toISOString();

test("acknowledge, take back, assign, silence, unsilence, note: each is a status and a line with a name", async () => {
  const id = fired();
  expect(acknowledgeAlert(args({ id }))).toMatchObject({
    status: "acknowledged",
    acknowledgedBy: "ann@example.org",
  });
  acknowledgeAlert(args({ id }));
  expect(unacknowledgeAlert(args({ id })).status).toBe("open");
  expect(assignAlert(args({ id, assignee: " bob@example.org " })).assignee).toBe("bob@example.org");
  expect(silenceAlert(args({ id, until: at(2), reason: "Known." })).status).toBe("silenced");
  expect(unsilenceAlert(args({ id })).status).toBe("open");
  noteAlert(args({ id, text: "Looks like the feed." }));
  const { timeline } = await detail(id);
  expect(timeline.map((item) => [item.kind, item.actor])).toEqual([
    ["fired", null],
    ["acknowledged", "ann@example.org"],
    ["acknowledged", "ann@example.org"],
    ["assigned", "ann@example.org"],
    ["silenced", "ann@example.org"],
    ["unsilenced", "ann@example.org"],
    ["note", "ann@example.org"],
  ]);
});

test("a silence needs an end within ninety days, and ends by itself", () => {
  const id = fired();
  for (const until of [at(-1), at(0), at(91 * 24), "tomorrow"]) {
    expect(() => silenceAlert(args({ id, until, reason: "x" }))).toThrow(/`until`/);
  }
  silenceAlert(args({ id, until: at(2), reason: "x" }));
  expect(list().alerts).toEqual([]);
  world.clock.advance(3 * HOUR_MS);
  expect(list().alerts).toHaveLength(1);
});

test("what is resolved can be noted and assigned, not acknowledged or silenced", () => {
  const id = fired();
  expect(resolveAlert(args({ id, reason: "Known." }))).toMatchObject({
    status: "resolved",
    closeReason: "by-person",
  });
  resolveAlert(args({ id, reason: "Again." }));
  expect(() => acknowledgeAlert(args({ id }))).toThrow("already resolved");
  expect(() => silenceAlert(args({ id, until: at(1), reason: "x" }))).toThrow("already resolved");
  expect(noteAlert(args({ id, text: "Afterwards." })).status).toBe("resolved");
  expect(() => resolveAlert(args({ id: "al_none", reason: "x" }))).toThrow("There is no alert of that id");
});

test("the list filters by status, severity and model, counts all, and pages without gaps", () => {
  world.monitor({ severity: "page" });
  world.monitor({ severity: "ticket" });
  for (let hour = 1001; hour <= 1010; hour += 1) world.live(hour, hour % 2 === 1 ? 0.6 : 0.8);
  world.live(1011, 0.6);
  const [open] = list({ status: "open" }).alerts;
  acknowledgeAlert(args({ id: open?.id ?? "" }));
  expect(list().counts).toEqual({ open: 1, acknowledged: 1, silenced: 0, resolved: 10 });
  expect(list({ status: "active" }).alerts).toHaveLength(2);
  expect(list({ status: "acknowledged" }).alerts.map((alert) => alert.id)).toEqual([open?.id]);
  expect(list({ severity: "page", status: "all" }).alerts).toHaveLength(6);
  expect(list({ model: MODEL.slug, status: "resolved" }).alerts).toHaveLength(10);
  expect(() => list({ model: "none" })).toThrow("There is no model of that name");

  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const page = list({ status: "all", limit: 5, cursor });
    seen.push(...page.alerts.map((alert) => alert.id));
    cursor = page.cursor;
  } while (cursor !== null);
  expect(seen).toHaveLength(12);
  expect(new Set(seen).size).toBe(12);
  expect(() => list({ cursor: "nonsense" })).toThrow("The cursor is not one");
});

test("an alert's page: slots around the onset, events before, where, rows behind, past alerts", async () => {
  world.monitor();
  world.live(1001, 0.6);
  world.live(1002, 0.8);
  recordEvent(world.db, world.clock, MODEL.modelId, {
    kind: "stage",
    version: "v13",
    stage: "champion",
    at: 1002.9 * HOUR_MS,
    text: "v13 is champion.",
    actor: "bob",
  });
  world.live(1003, 0.8);
  world.live(1004, 0.55);
  world.live(1005, 0.5);
  const [alert] = list().alerts;
  const row = (value: string, of: number, n = 500) =>
    ({ value, n, share: 0.5, point: { value: of, status: "OK" } }) as SegmentRow;
  const asked: unknown[] = [];
  const page = await detail(alert?.id ?? "", {
    referenceValue: () => 0.81,
    segments: (input: { key: string }) => {
      asked.push(input);
      return input.key === "carrier" ? [row("UA", 0.8), row("B6", 0.4)] : [];
    },
  });
  expect(page).toMatchObject({
    status: "open",
    value: 0.5,
    n: 1000,
    affected: 2000,
    referenceValue: 0.81,
    distribution: null,
    onset: new Date(1003 * HOUR_MS).toISOString(),
    openedAt: new Date(1004 * HOUR_MS).toISOString(),
    rows: {
      model: MODEL.slug,
      from: new Date(1003 * HOUR_MS).toISOString(),
      to: new Date(1005 * HOUR_MS).toISOString(),
      version: null,
      segment: [],
      where: "",
      labelled: true,
    },
  });
  expect(page.slots.map((slot) => slot.value)).toEqual([0.6, 0.8, 0.8, 0.55, 0.5]);
  expect(page.before.map((event) => event.text)).toEqual(["v13 is champion."]);
  expect(page.where.map(({ key, rows }) => [key, rows.map((entry) => entry.value)])).toEqual([
    ["carrier", ["B6", "UA"]],
    ["channel", []],
  ]);
  expect(asked[0]).toEqual({
    model: MODEL.slug,
    from: new Date(1003 * HOUR_MS).toISOString(),
    to: new Date(1005 * HOUR_MS).toISOString(),
    key: "carrier",
    metric: "roc_auc",
  });
  expect(page.past).toHaveLength(1);
  expect(page.past[0]?.title).toBe(
    "ROC AUC fell below 0.70: was 0.60, 95 % CI 0.60–0.60, 1,000 labelled rows.",
  );
});

test("what the metrics can no longer answer takes its part of the page away, not the page", async () => {
  const id = fired();
  const refuse = () => {
    throw new ServiceError("bad_request", "The model has no feature of that name.");
  };
  world.breakSource(new ServiceError("bad_request", "The model has no feature of that name."));
  const page = await detail(id, { referenceValue: refuse, segments: refuse, distribution: refuse });
  expect(page).toMatchObject({ id, slots: [], referenceValue: null, distribution: null, where: [] });
});
