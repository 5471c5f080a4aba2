import { expect, test } from "vitest";
import { evidenceInput } from "#server/metrics/evidence/evidence-input.ts";
import { emptySummary } from "#server/windows/read-summaries.ts";
import { firstLayout } from "#server/windows/schema-layout.ts";
import { scoreBin } from "#server/windows/score-grid.ts";
import type { BinaryOutput, Summary } from "#server/windows/summary.ts";
import { schemaOf } from "#server/windows/test-rows.ts";

const layout = firstLayout(schemaOf({ task: "binary" }), "v1");

/** A window of so many predictions, with probabilities or with decisions alone. */
function windowOf(rows: number, more: { scored: boolean }): Summary {
  const summary = emptySummary(layout);
  if (summary.output.kind !== "binary") throw new Error("The layout is of a binary model.");
  const scores = summary.output.scores.slice();
  if (more.scored) for (let row = 0; row < rows; row++) scores[scoreBin((row + 0.5) / rows)] = 1;
  const output: BinaryOutput = {
    ...summary.output,
    scores,
    decisions: { positive: rows / 4, negative: (3 * rows) / 4 },
  };
  return { ...summary, predictions: rows, output };
}

const drift = (summary: Summary, reference: Summary) =>
  evidenceInput(
    {
      metric: "tv",
      feature: "@output",
      layout,
      summary,
      reference: { refId: "r", summary: reference, moments: [] },
    },
    { kind: "cells", tolerance: 0.05 },
    "window",
  );

test("scores are compared with scores, decisions with decisions, and a window of decisions alone with no scores", () => {
  const scored = windowOf(400, { scored: true });
  const decided = windowOf(400, { scored: false });
  expect(drift(scored, scored)).toMatchObject({ kind: "cells", ordered: true });
  expect(drift(decided, decided)).toMatchObject({ kind: "cells", ordered: false });
  expect(drift(decided, scored)).toBeNull();
});
