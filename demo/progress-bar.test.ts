import { expect, test } from "vitest";
import { progressLine } from "./progress-bar.ts";

test("half way through", () => {
  const progress = { predictions: 500, labels: 500, totalPredictions: 1_000, totalLabels: 1_000 };
  expect(progressLine(progress, 2_000)).toBe(
    `${"█".repeat(14)}${"░".repeat(14)} 50 %  500 predictions  500 labels  500 rows/s  about 2 s left`,
  );
});

test("nothing to do is done", () => {
  const progress = { predictions: 0, labels: 0, totalPredictions: 0, totalLabels: 0 };
  expect(progressLine(progress, 0)).toBe(`${"█".repeat(28)} 100 %  0 predictions  0 labels  0 rows/s`);
});
