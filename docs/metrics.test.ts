import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { METRICS_DOC, metricsDoc } from "../scripts/write-metrics-doc.ts";

test("docs/metrics.md is what the registry says; write it again with scripts/write-metrics-doc.ts", () => {
  expect(readFileSync(METRICS_DOC, "utf8")).toBe(metricsDoc());
});
