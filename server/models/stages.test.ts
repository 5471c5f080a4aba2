import { expect, test } from "vitest";
import { championIntervals, type StageChange, stagesAfter } from "#server/models/stages.ts";

const at = (ms: number, version: string, stage: StageChange["stage"]): StageChange => ({
  version,
  stage,
  at: ms,
});

test("without a promotion nobody is champion", () => {
  expect(championIntervals([])).toEqual([]);
  expect(championIntervals([at(5, "v1", "challenger")])).toEqual([]);
});

test("a promotion ends the champion before it and retires it", () => {
  const changes = [at(10, "v1", "champion"), at(20, "v2", "challenger"), at(30, "v2", "champion")];
  expect(championIntervals(changes)).toEqual([
    { version: "v1", from: 10, to: 30 },
    { version: "v2", from: 30, to: Number.POSITIVE_INFINITY },
  ]);
  expect(stagesAfter(changes)).toEqual(
    new Map([
      ["v1", { stage: "retired", since: 30 }],
      ["v2", { stage: "champion", since: 30 }],
    ]),
  );
});

test("a roll-back makes the older version champion again", () => {
  const changes = [at(10, "v1", "champion"), at(30, "v2", "champion"), at(40, "v1", "champion")];
  expect(championIntervals(changes).map(({ version }) => version)).toEqual(["v1", "v2", "v1"]);
  expect(stagesAfter(changes).get("v2")).toEqual({ stage: "retired", since: 40 });
});

test("retiring the champion leaves a gap", () => {
  const changes = [at(10, "v1", "champion"), at(20, "v1", "retired"), at(30, "v2", "champion")];
  expect(championIntervals(changes)).toEqual([
    { version: "v1", from: 10, to: 20 },
    { version: "v2", from: 30, to: Number.POSITIVE_INFINITY },
  ]);
});

test("promoting the champion again changes nothing", () => {
  const changes = [at(10, "v1", "champion"), at(20, "v1", "champion")];
  expect(championIntervals(changes)).toEqual([{ version: "v1", from: 10, to: Number.POSITIVE_INFINITY }]);
  expect(stagesAfter(changes).get("v1")).toEqual({ stage: "champion", since: 10 });
});

test("two promotions at one instant leave no empty interval", () => {
  expect(championIntervals([at(10, "v1", "champion"), at(10, "v2", "champion")])).toEqual([
    { version: "v2", from: 10, to: Number.POSITIVE_INFINITY },
  ]);
});
