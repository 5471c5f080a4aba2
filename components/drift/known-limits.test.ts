import { expect, test } from "vitest";
import { convertLimit, KNOWN_LIMITS, shiftUnitOf } from "#components/drift/known-limits.ts";
import { shiftOf } from "#server/stats/drift/threshold-equivalents.ts";

test("one limit is told in every unit, with whose default each is", () => {
  const found = convertLimit("psi", 0.1);
  expect(found?.shift).toBeCloseTo(0.316, 3);
  const values = Object.fromEntries((found?.rows ?? []).map(({ unit, value }) => [unit, value]));
  expect(values).toMatchObject({ tv: "0.13", psi: "0.10", auc: "0.59", wasserstein: "0.32" });
  expect(found?.rows.find(({ unit }) => unit === "psi")?.whose[0]).toContain("Evidently");
});

test("the sentence names the nearest defaults on either side, or the one that it is", () => {
  expect(convertLimit("psi", 0.1)?.sentence).toContain("Known as a limit from: Evidently");
  const between = convertLimit("tv", 0.15)?.sentence;
  expect(between).toContain("laxer than PSI 0.10");
  expect(between).toContain("stricter than Hellinger 0.15");
  expect(convertLimit("tv", 0.001)?.sentence).toContain("stricter than every default");
  expect(convertLimit("psi", 50)?.sentence).toContain("laxer than every default");
});

test("a value that no shift gives has no conversion", () => {
  expect(convertLimit("tv", 1.2)).toBeNull();
  expect(convertLimit("auc", 0.3)).toBeNull();
});

test("every known limit is one that a shift gives, and metrics know their unit", () => {
  expect(KNOWN_LIMITS.every(({ unit, value }) => shiftOf(unit, value) !== null)).toBe(true);
  expect(shiftUnitOf("psi@10")).toBe("psi");
  expect(shiftUnitOf("chi2")).toBeNull();
});
