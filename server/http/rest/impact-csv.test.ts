import { expect, test } from "vitest";
import type { FairnessAnswer, ImpactCategory } from "#server/api/contracts/fairness.ts";
import { impactCsv } from "#server/http/rest/impact-csv.ts";

const row = (part: Partial<ImpactCategory>): ImpactCategory => ({
  group: "A",
  n: 200,
  share: 0.5,
  rate: 0.5,
  impactRatio: 1,
  ci: null,
  isHighest: false,
  excluded: false,
  isSmall: false,
  ...part,
});

test("the file has a row a category, says what each mark means, and ends with who is unknown", () => {
  const answer = {
    model: "credit",
    from: "2026-01-01T00:00:00Z",
    to: "2026-02-01T00:00:00Z",
    key: "sex",
    outcome: "positive",
    unknown: { rows: 7, labels: [] },
    other: 0,
    impact: {
      selection: [
        row({ isHighest: true }),
        row({ group: "B", rate: 0.3, impactRatio: 0.6 }),
        row({ group: "=C", rate: null, impactRatio: null, isSmall: true }),
      ],
      scoring: null,
    },
  } satisfies Partial<FairnessAnswer>;
  // Only what the file is made of: the rest of an answer is not read.
  const lines = impactCsv(answer as unknown as FairnessAnswer)
    .trim()
    .split("\n");
  expect(lines[0]).toContain("category,n,share,rate,impact_ratio");
  expect(lines[1]).toContain("highest rate");
  expect(lines[2]).toContain("under four fifths (EEOC guide, not Local Law 144)");
  expect(lines[3]).toContain("'=C");
  expect(lines[3]).toContain("fewer than 30 rows");
  expect(lines[4]).toContain("(unknown),7,");
  expect(lines).toHaveLength(6);
});
