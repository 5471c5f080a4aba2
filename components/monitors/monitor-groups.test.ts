import { expect, test } from "vitest";
import {
  evidenceShare,
  groupWords,
  monitorSections,
  nearestAlarm,
} from "#components/monitors/monitor-groups.ts";
import type { Monitor } from "#server/api/contract.ts";

const at = (log10: number) => ({ log10, line: 4, onset: null, route: "beyond", holds: false }) as const;
const monitor = (id: string, more: Partial<Monitor> = {}): Monitor =>
  ({ id, metric: "tv", decide: "evidence", state: "normal", evidence: at(0), ...more }) as Monitor; // what the groups read
const many = [
  monitor("ringing", { state: "firing" }),
  monitor("by window", { metric: "psi@10", decide: "window" }),
  monitor("near", { evidence: at(3) }),
  monitor("far"),
  monitor("young", { state: "learning", evidence: null }),
  monitor("missing", { metric: "null_rate" }),
  monitor("auc", { metric: "roc_auc" }),
  monitor("slow", { metric: "latency_p95", state: "paused" }),
];
const ids = (monitors: readonly Monitor[]) => monitors.map(({ id }) => id);

test("what alerts, and what judges window by window, is never folded", () => {
  const { listed, groups } = monitorSections(many);
  expect(ids(listed)).toEqual(["ringing", "by window"]);
  expect(groups.map(({ title, monitors }) => [title, ids(monitors)])).toEqual([
    ["Drift", ["near", "far", "young"]],
    ["Missing values", ["missing"]],
    ["Performance", ["auc"]],
    ["Others", ["slow"]],
  ]);
});

test("a handful is listed as it is", () => {
  expect(monitorSections(many.slice(0, 7))).toEqual({ listed: many.slice(0, 7), groups: [] });
});

test("a monitor without `decide`, as older servers told it, is listed", () => {
  const old = { ...monitor("old"), decide: undefined } as unknown as Monitor; // what an older answer lacks
  expect(ids(monitorSections([...many, old]).listed)).toContain("old");
});

test("a group says how it is and which one comes nearest", () => {
  const [drift, missing] = monitorSections(many).groups;
  expect(drift && groupWords(drift)).toBe("3 monitors: 2 healthy, 1 cannot judge yet");
  expect(drift && nearestAlarm(drift)?.id).toBe("near");
  expect(missing && nearestAlarm(missing)).toBeNull();
});

test("evidence is measured against its line, and is none before the first window", () => {
  expect(evidenceShare({ evidence: at(3) })).toBe(0.75);
  expect(evidenceShare({ evidence: at(-2) })).toBe(0);
  expect(evidenceShare({ evidence: at(9) })).toBe(1);
  expect(evidenceShare({ evidence: null })).toBeNull();
  expect(evidenceShare({})).toBeNull();
});
