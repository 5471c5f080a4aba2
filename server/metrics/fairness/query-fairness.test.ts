import { describe, expect, test } from "vitest";
import type { FairnessAnswer, FairnessCriterion } from "#server/api/contracts/fairness.ts";
import { queryFairness } from "#server/metrics/fairness/query-fairness.ts";
import { type LabelledRow, testSource } from "#server/metrics/test-world.ts";
import { schemaOf } from "#server/windows/test-rows.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

interface Cell {
  group: string | null;
  positive: boolean;
  label?: boolean;
  probability?: number;
}

/** So many rows of each kind, spread evenly over the days. */
function rowsOf(kinds: readonly (Cell & { times: number })[], days = 20): LabelledRow[] {
  return kinds.flatMap(({ group, positive, label, probability, times }) =>
    Array.from({ length: times }, (_, index) => ({
      row: {
        ts: (index % days) * DAY + HOUR,
        "output.probability": probability ?? (positive ? 0.8 : 0.2),
        "segments.age": group,
      },
      ...(label === undefined ? {} : { label: label ? 1 : 0 }),
    })),
  );
}

function world(rows: readonly LabelledRow[], task: "binary" | "regression" = "binary") {
  return testSource({
    schema: schemaOf({ slug: "credit", task, dimensions: ["age"] }),
    versions: { v1: { rows } },
  });
}

/** A: 200 rows, 100 selected; B: 100 rows, 35 selected: the hand example of the four-fifths rule. */
const TWO_GROUPS = rowsOf([
  { group: "A", positive: true, label: true, times: 60 },
  { group: "A", positive: true, label: false, times: 40 },
  { group: "A", positive: false, label: true, times: 20 },
  { group: "A", positive: false, label: false, times: 80 },
  { group: "B", positive: true, label: true, times: 24 },
  { group: "B", positive: true, label: false, times: 11 },
  { group: "B", positive: false, label: true, times: 16 },
  { group: "B", positive: false, label: false, times: 49 },
]);

function gap(answer: FairnessAnswer, group: string, criterion: FairnessCriterion) {
  const found = answer.groups
    .find((one) => one.group === group)
    ?.gaps.find((one) => one.criterion === criterion);
  if (found === undefined) throw new Error(`There is no gap of ${group} by ${criterion}.`);
  return found;
}

describe("two groups", () => {
  const answer = queryFairness(world(TWO_GROUPS), { model: "credit", window: "1d" });

  test("the largest group is the reference unless another is asked for", () => {
    expect(answer.reference).toEqual({ group: "A", chosen: "largest" });
    const other = queryFairness(world(TWO_GROUPS), { model: "credit", group: "B" });
    expect(other.reference).toEqual({ group: "B", chosen: "asked" });
    expect(gap(other, "A", "selection_difference").value).toBeCloseTo(0.15, 12);
  });

  test("every criterion has the value that counting by hand gives", () => {
    expect(gap(answer, "B", "selection_ratio").value).toBeCloseTo(0.7, 12);
    expect(gap(answer, "B", "selection_difference").value).toBeCloseTo(-0.15, 12);
    expect(gap(answer, "B", "equal_opportunity").value).toBeCloseTo(-0.15, 12);
    expect(gap(answer, "B", "equalized_odds").value).toBeCloseTo(0.15, 12);
    expect(gap(answer, "B", "predictive_parity").value).toBeCloseTo(24 / 35 - 0.6, 12);
    expect(gap(answer, "B", "calibration").value).toBeCloseTo((24 + 16 - (35 * 0.8 + 65 * 0.2)) / 100, 5);
    expect(gap(answer, "B", "accuracy").value).toBeCloseTo(0.73 - 0.7, 12);
  });

  test("a ratio under four fifths whose interval stays under 1 is adverse impact", () => {
    expect(gap(answer, "B", "selection_ratio").verdict).toBe("below");
    expect(gap(answer, "A", "selection_ratio").verdict).toBe("reference");
  });

  test("looking at the other outcome turns the rates over", () => {
    const negative = queryFairness(world(TWO_GROUPS), { model: "credit", outcome: "negative" });
    expect(gap(negative, "B", "selection_difference").value).toBeCloseTo(0.15, 12);
    expect(gap(negative, "B", "equal_opportunity").value).toBeCloseTo(49 / 60 - 80 / 120, 12);
    expect(gap(negative, "B", "calibration").value).toBeCloseTo(
      -(gap(answer, "B", "calibration").value ?? 0),
      9,
    );
    expect(gap(negative, "B", "auc").value).toBeCloseTo(gap(answer, "B", "auc").value ?? 0, 12);
  });

  test("a threshold that is tried moves the decisions and nothing else", () => {
    const all = queryFairness(world(TWO_GROUPS), { model: "credit", threshold: 0.1 });
    expect(gap(all, "B", "selection_ratio").value).toBe(1);
    expect(gap(all, "B", "auc").value).toBe(gap(answer, "B", "auc").value);
  });

  test("windows over time add up to the range, and the sequence holds the gap so far", () => {
    const asked = queryFairness(world(TWO_GROUPS), {
      model: "credit",
      criterion: "selection_difference",
      window: "7d",
    });
    const last = asked.overTime?.points.at(-1)?.soFar;
    expect(asked.overTime?.group).toBe("B");
    expect(last?.value).toBeCloseTo(-0.15, 12);
    expect(last?.lo).toBeLessThan(-0.15);
    expect(last?.hi).toBeGreaterThan(-0.15);
  });

  test("the impact ratios are to the highest rate", () => {
    const rows = answer.impact.selection.map(({ group, impactRatio }) => [group, impactRatio]);
    expect(rows).toEqual([
      ["A", 1],
      ["B", 0.7],
    ]);
  });
});

describe("groups that must not be judged", () => {
  const small = rowsOf([
    { group: "A", positive: true, label: true, times: 150 },
    { group: "A", positive: false, label: false, times: 150 },
    { group: "B", positive: false, label: false, times: 99 },
    { group: "C", positive: false, label: true, times: 29 },
    { group: "Unknown", positive: false, times: 40 },
    { group: null, positive: false, times: 7 },
  ]);
  const answer = queryFairness(world(small), { model: "credit" });

  test("under 100 rows there is a number but no verdict", () => {
    expect(gap(answer, "B", "selection_difference")).toMatchObject({
      standing: "small",
      verdict: "too-small",
      value: -0.5,
    });
  });

  test("under 30 rows there is no number anywhere", () => {
    expect(gap(answer, "C", "selection_difference")).toMatchObject({
      standing: "hidden",
      value: null,
      own: null,
      ci: null,
    });
    const found = answer.groups.find(({ group }) => group === "C");
    expect(found?.baseRate).toBeNull();
    expect(found?.coverage).toBeNull();
    expect(answer.impact.selection.find(({ group }) => group === "C")?.rate).toBeNull();
  });

  test("a large group without ten cases in the denominator is not judged by that rate", () => {
    expect(gap(answer, "B", "equal_opportunity")).toMatchObject({
      standing: "small",
      events: 0,
      value: null,
      status: "UNDEFINED",
    });
  });

  test("rows of unknown group are counted and in no comparison", () => {
    expect(answer.unknown).toEqual({ rows: 47, labels: ["Unknown"] });
    expect(answer.groups.map(({ group }) => group)).toEqual(["A", "B", "C"]);
  });
});

test("few rows give an inconclusive verdict and how many would settle it", () => {
  const rows = rowsOf([
    { group: "A", positive: true, times: 2500 },
    { group: "A", positive: false, times: 2500 },
    { group: "B", positive: true, times: 47 },
    { group: "B", positive: false, times: 63 },
  ]);
  const found = gap(queryFairness(world(rows), { model: "credit" }), "B", "selection_ratio");
  expect(found.verdict).toBe("inconclusive");
  expect(found.rowsNeeded).toBeGreaterThan(100);
});

test("rows of one day that are alike widen the interval", () => {
  const tied = Array.from({ length: 20 }, (_, day) => day).flatMap((day) =>
    ["A", "B"].flatMap((group) =>
      Array.from({ length: 50 }, (_, index) => ({
        row: {
          ts: day * DAY + HOUR,
          "output.probability": (day + (group === "A" ? 0 : 1)) % 2 === 0 ? 0.9 : index === 0 ? 0.9 : 0.1,
          "segments.age": group,
        },
      })),
    ),
  );
  const width = (window: "1d" | "all"): number => {
    const { ci } = gap(queryFairness(world(tied), { model: "credit", window }), "B", "selection_difference");
    return (ci?.hi ?? 0) - (ci?.lo ?? 0);
  };
  expect(width("1d")).toBeGreaterThan(2 * width("all"));
});

test("without labels only what decisions alone tell is available", () => {
  const rows = rowsOf([
    { group: "A", positive: true, times: 200 },
    { group: "B", positive: false, times: 200 },
  ]);
  const answer = queryFairness(world(rows), { model: "credit", criterion: "equal_opportunity" });
  const available = answer.criteria.filter((one) => one.available).map(({ criterion }) => criterion);
  expect(available).toEqual(["selection_ratio", "selection_difference"]);
  expect(answer.groups[0]?.gaps.map(({ criterion }) => criterion)).toEqual(available);
});

test("different label coverage and different base rates are said", () => {
  const rows = rowsOf([
    { group: "A", positive: true, label: true, times: 200 },
    { group: "A", positive: false, label: false, times: 200 },
    { group: "B", positive: true, label: true, times: 40 },
    { group: "B", positive: false, label: false, times: 160 },
    { group: "B", positive: false, times: 200 },
  ]);
  const answer = queryFairness(world(rows), { model: "credit" });
  expect(answer.coverageDiffers).toEqual(["B"]);
  expect(answer.baseRatesDiffer).toBe(true);
});

test("a regression compares how large and how one-sided the errors are", () => {
  const rows: LabelledRow[] = ["A", "B"].flatMap((group) =>
    Array.from({ length: 120 }, (_, index) => ({
      row: { ts: (index % 12) * DAY, "output.value": 10, "segments.age": group },
      label: group === "A" ? 10 + (index % 2 === 0 ? 1 : -1) : 8 + (index % 2),
    })),
  );
  const answer = queryFairness(world(rows, "regression"), { model: "credit", window: "7d" });
  expect(answer.criterion).toBe("absolute_error");
  expect(gap(answer, "B", "mean_error")).toMatchObject({ value: 1.5, verdict: "above" });
  expect(gap(answer, "B", "absolute_error").value).toBeCloseTo(0.5, 12);
  expect(answer.tolerance).toBeCloseTo(0.1, 12);
  const week = answer.overTime?.points.find(({ n }) => n > 0);
  expect(answer.overTime?.group).toBe("B");
  expect(week?.value).toBeGreaterThan(0);
  expect(week?.status).toBe("LOW_N");
});

test("a multiclass model is asked about one class against all others", () => {
  const kinds = [
    { group: "A", said: "car", was: "car", times: 60 },
    { group: "A", said: "bus", was: "car", times: 40 },
    { group: "A", said: "bus", was: "bus", times: 100 },
    { group: "B", said: "car", was: "car", times: 30 },
    { group: "B", said: "bus", was: "car", times: 30 },
    { group: "B", said: "tram", was: "bus", times: 60 },
  ];
  const rows: LabelledRow[] = kinds.flatMap(({ group, said, was, times }) =>
    Array.from({ length: times }, (_, index) => ({
      row: { ts: (index % 20) * DAY, "output.value": said, "segments.age": group },
      label: was,
    })),
  );
  const source = testSource({
    schema: schemaOf({ slug: "traffic", task: "multiclass", dimensions: ["age"] }),
    versions: { v1: { rows, reference: rows } },
  });
  const answer = queryFairness(source, { model: "traffic", outcome: "car" });
  expect([...answer.outcomes].sort()).toEqual(["bus", "car", "tram"]);
  expect(gap(answer, "B", "selection_ratio").value).toBeCloseTo(30 / 120 / (60 / 200), 12);
  expect(gap(answer, "B", "equal_opportunity").value).toBeCloseTo(30 / 60 - 60 / 100, 12);
  expect(gap(answer, "B", "predictive_parity").value).toBe(0);
  expect(gap(answer, "B", "accuracy").value).toBeCloseTo(30 / 120 - 160 / 200, 12);
  expect(answer.criteria.map(({ criterion }) => criterion)).not.toContain("auc");
});

describe("questions that cannot be answered", () => {
  const source = world(TWO_GROUPS);
  test.each([
    [{ key: "gender" }, /no segment key `gender`/],
    [{ group: "C" }, /no segment `C`/],
    [{ focus: "C" }, /no segment `C`/],
    [{ outcome: "maybe" }, /must name an outcome/],
    [{ criterion: "mean_error" as const }, /cannot be told of a binary model/],
  ])("%j is refused in words", (asked, words) => {
    expect(() => queryFairness(source, { model: "credit", ...asked })).toThrow(words);
  });

  test("a model without segments, or without rows, is answered without groups", () => {
    const bare = testSource({ schema: schemaOf({ slug: "credit" }), versions: { v1: { rows: TWO_GROUPS } } });
    expect(queryFairness(bare, { model: "credit" })).toMatchObject({ key: null, groups: [] });
    expect(queryFairness(world([]), { model: "credit" })).toMatchObject({
      key: "age",
      groups: [],
      from: null,
    });
  });
});
