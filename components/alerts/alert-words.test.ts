import { expect, test } from "vitest";
import type { AlertDetail, AlertListItem, SegmentRow } from "#server/api/contract.ts";
import {
  alertShape,
  beforeWords,
  certainty,
  certaintySentence,
  inboxSentence,
  sinceWords,
  targetText,
  whereWords,
  windowsBeyond,
} from "./alert-words.ts";
import { gaugeModel, placeLabels } from "./gauge-model.ts";
import { averageOf, standouts } from "./segment-standouts.ts";
import { silenceChoices, silenceProblem } from "./silence-times.ts";

const NOW = Date.UTC(2013, 8, 23, 10);
const DAY = 86_400_000;
const iso = (ms: number) => new Date(ms).toISOString();

const alert: AlertListItem = {
  id: "al_1",
  model: "flight-late",
  monitorId: "mon_1",
  monitorName: "AUC below 0.70",
  kind: "breach",
  severity: "page",
  status: "open",
  title: "AUC fell below 0.70.",
  metric: "roc_auc",
  feature: null,
  segment: null,
  version: "v2",
  openedAt: iso(NOW - 2 * 3_600_000),
  closedAt: null,
  closeReason: null,
  origin: "live",
  acknowledgedBy: null,
  assignee: null,
  value: 0.633,
  ci: { lo: 0.613, hi: 0.654, level: 0.95, method: "DeLong" },
  n: 6357,
  limit: 0.7,
  op: "below",
  affected: 8094,
};

function row(value: string, auc: number | null, half = 0.02, status: "OK" | "LOW_N" = "OK"): SegmentRow {
  return {
    value,
    n: 1000,
    share: 0.3,
    point: {
      from: "",
      to: "",
      metric: "roc_auc",
      version: null,
      feature: null,
      segment: null,
      value: auc,
      ci: auc === null ? null : { lo: auc - half, hi: auc + half, level: 0.95, method: "" },
      nRef: null,
      nCur: 1000,
      status,
      revision: 1,
      refId: null,
      method: "",
    },
  };
}
const detail = (more: Partial<AlertDetail>): AlertDetail =>
  ({ ...alert, onset: iso(NOW - 9 * DAY), slots: [], where: [], before: [], ...more }) as AlertDetail; // only what the words read

test("the inbox says who waits longest, or that nothing does", () => {
  const counts = { open: 2, acknowledged: 1, silenced: 0 };
  const owned = { ...alert, id: "al_2", assignee: "kari", openedAt: iso(NOW - 9 * DAY) };
  expect(inboxSentence([alert, owned], counts, NOW)).toBe(
    "2 alerts need action. Longest without an owner: 2 h, AUC below 0.70 on flight-late.",
  );
  expect(inboxSentence([owned], { ...counts, open: 1 }, NOW)).toBe(
    "1 alert needs action. Each has an owner.",
  );
  expect(inboxSentence([], { open: 0, acknowledged: 1, silenced: 3 }, NOW)).toBe(
    "Nothing needs action: 1 acknowledged and 3 silenced.",
  );
  expect(inboxSentence([], { open: 0, acknowledged: 0, silenced: 0 }, NOW)).toBe("Nothing needs action.");
});

test("the shape follows severity until somebody or something settled it", () => {
  expect(alertShape(alert)).toBe("page");
  expect(alertShape({ severity: "ticket", status: "silenced" })).toBe("silenced");
  expect(alertShape({ severity: "page", status: "resolved" })).toBe("ok");
});

test("a target names feature and segment", () => {
  expect(targetText(alert)).toBeNull();
  expect(targetText({ feature: "@output", segment: "origin:EWR" })).toBe("the prediction · origin EWR");
});

test.each([
  [{ lo: 0.61, hi: 0.65 }, "below", 0.63, "beyond"],
  [{ lo: 0.61, hi: 0.71 }, "below", 0.63, "includes"],
  [{ lo: 0.71, hi: 0.8 }, "above", 0.75, "beyond"],
  [{ lo: 0.69, hi: 0.8 }, "above", 0.75, "includes"],
] as const)("interval %o %s the limit 0.70 is %s %s", (ci, op, value, expected) => {
  expect(certainty({ ci: { ...ci, level: 0.95, method: "" }, op, limit: 0.7, value })).toBe(expected);
});

test("how sure is said with the rows behind it", () => {
  expect(certaintySentence(detail({}))).toBe(
    "The whole interval is below the limit 0.70, from 6,357 labelled rows.",
  );
  expect(certaintySentence(detail({ ci: null }))).toMatch(/no interval/);
});

test("onset and alarm are told apart", () => {
  const words = sinceWords(detail({ openedAt: iso(NOW), onset: iso(NOW - 9 * DAY) }), DAY, "UTC", NOW);
  expect(words).toMatchObject({ alarm: "23 Sep 10:00", notice: "9 d", ended: null });
  const closed = sinceWords(
    detail({ openedAt: iso(NOW - DAY), closedAt: iso(NOW), closeReason: "cleared" }),
    DAY,
    "UTC",
    NOW,
  );
  expect(closed.ended).toBe("Resolved 23 Sep 10:00 by itself: within the limit again, after 1 d.");
});

test("windows beyond the limit are counted from the onset on", () => {
  const slot = (day: number, value: number | null, status = "OK") =>
    ({ at: iso(NOW + day * DAY), value, lo: null, hi: null, n: 500, status, version: "v2" }) as const;
  const slots = [slot(-3, 0.6), slot(1, 0.6), slot(2, 0.8), slot(3, 0.5, "LOW_N"), slot(4, null, "EMPTY")];
  const found = windowsBeyond(detail({ onset: iso(NOW), slots: slots as unknown as AlertDetail["slots"] }));
  expect(found).toEqual({ beyond: 1, judged: 2 });
});

test("a segment stands out only when its whole interval is worse than the others on average", () => {
  const rows = [row("EWR", 0.55), row("JFK", 0.62), row("LGA", 0.4, 0.3), row("XNA", 0.3, 0.01, "LOW_N")];
  expect(
    standouts([row("EWR", 0.55), row("JFK", 0.62), row("LGA", 0.63)], "below").map((one) => one.row.value),
  ).toEqual(["EWR"]);
  expect(standouts(rows, "below").map((one) => one.row.value)).toEqual([]);
  expect(standouts([row("EWR", 0.55)], "below")).toEqual([]);
  expect(
    whereWords([{ key: "origin", rows: [row("EWR", 0.55), row("JFK", 0.62), row("LGA", 0.64)] }], detail({})),
  ).toEqual({
    head: "1 segment stands out:",
    body: "origin EWR 0.55 (others 0.63).",
  });
});

test("everywhere is an answer to where", () => {
  const rows = [row("EWR", 0.62), row("JFK", 0.63), row("LGA", 0.64)];
  expect(whereWords([{ key: "origin", rows }], detail({}))).toEqual({
    head: "Everywhere:",
    body: "EWR 0.62, JFK 0.63 and LGA 0.64; no segment is clearly worse than the others.",
  });
  expect(whereWords([], detail({}))).toBeNull();
  expect(whereWords([{ key: "origin", rows: [row("EWR", null)] }], detail({}))).toBeNull();
});

test("the average weighs by rows and leaves out what cannot be judged", () => {
  expect(averageOf([row("EWR", 0.6), row("JFK", 0.8), row("XNA", 0, 0.01, "LOW_N")])).toBeCloseTo(0.7);
  expect(averageOf([])).toBeNull();
});

test("what happened before is ordered by how close it was", () => {
  const event = (id: string, at: number) => ({ id, at: iso(at), kind: "deploy", version: "v2" }) as never;
  const words = beforeWords([event("far", NOW - 5 * DAY), event("near", NOW - 60_000)], NOW);
  expect(words.map((entry) => [entry.event.id, entry.gap])).toEqual([
    ["near", "at the onset"],
    ["far", "5 d before"],
  ]);
});

test("the gauge holds value, interval, limit and reference", () => {
  const gauge = gaugeModel({
    value: 0.633,
    ci: { lo: 0.613, hi: 0.654 },
    limit: 0.7,
    reference: 0.72,
    op: "below",
  });
  expect(gauge.bad).toEqual({ from: 0, to: gauge.limit });
  const places = [gauge.lo, gauge.value, gauge.hi, gauge.limit, gauge.reference];
  expect(places.every((at) => (at ?? 0) > 0 && (at ?? 1) < 1)).toBe(true);
  expect(gaugeModel({ value: 5, ci: null, limit: 5, reference: null, op: "above" }).bad.to).toBe(1);
});

test("labels of the gauge stay inside and never meet", () => {
  const placed = placeLabels(
    [
      { text: "0.613–0.654", at: 60 },
      { text: "limit 0.70", at: 200 },
      { text: "reference 0.72", at: 215 },
      { text: "far right", at: 300 },
    ],
    292,
  );
  expect(placed.map((label) => label.line)).toEqual([0, 0, 1, 0]);
  for (const label of placed) {
    const half = (label.text.length * 5.8) / 2;
    expect(label.x - half).toBeGreaterThanOrEqual(-0.01);
    expect(label.x + half).toBeLessThanOrEqual(292.01);
  }
});

test("silences end: at sensible times, ahead, within 90 days", () => {
  const choices = silenceChoices(NOW, "UTC");
  expect(choices.find((choice) => choice.id === "morning")?.until).toBe(Date.UTC(2013, 8, 24, 9));
  expect(silenceChoices(Date.UTC(2013, 8, 23, 3), "UTC")[2]).toMatchObject({
    label: "until 09:00 today",
    until: Date.UTC(2013, 8, 23, 9),
  });
  expect(silenceProblem(NOW - 1, NOW)).toMatch(/ahead/);
  expect(silenceProblem(NOW + 91 * DAY, NOW)).toMatch(/90 days/);
  expect(silenceProblem(null, NOW)).toMatch(/date/);
  expect(silenceProblem(NOW + DAY, NOW)).toBeNull();
});
