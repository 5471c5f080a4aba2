/** docs/metrics.md is written from the registry: `node scripts/write-metrics-doc.ts`. A test holds it to that. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { METRICS } from "#server/metrics/registry.ts";

export const METRICS_DOC = join(import.meta.dirname, "..", "docs", "metrics.md");

const INTRODUCTION = `# Metrics

<!-- Written from server/metrics/registry.ts by scripts/write-metrics-doc.ts; edit there. -->

Every number is a *point*: value, interval, n, status, and the reference it was compared with. Ask for them by HTTP:

<!-- example: metrics -->
\`\`\`bash
curl -sS -G "$PLUMBLINE_URL/api/v1/models/house-price/metrics" -H "authorization: Bearer $PLUMBLINE_KEY" \\
  --data-urlencode "metric=volume,mae" --data-urlencode "window=all"
\`\`\`

\`from\` and \`to\` take instants, \`window\` one of \`5m 1h 6h 1d 7d all\`, \`version\` a version (left out: live), \`feature\` a name, \`*\` for all or
\`@output\` for the prediction itself, \`segment\` a \`key:value\`.

## Status

| status | meaning |
| --- | --- |
| OK | enough data |
| LOW_N | a value with its interval, but too few rows to judge |
| EMPTY | no row that counts: the value is null |
| UNDEFINED | not defined for these rows (0/0, one class only, no reference): the value is null |
| CONSTANT_REF | the reference never varied |
| PARTIAL | the window is not over |
| IMMATURE | labels are still arriving |

Performance is over labelled predictions only, by the prediction's time, and n counts those. Drift is conditional on valid values:
nulls, NaN and wrong types are counted apart. Values on bins carry the number of bins in their name (\`psi@10\`).

## Intervals

\`ci\` is a 95 % interval for one look, and \`ci.method\` says how it was made. Formulas such as \`wilson\` or \`delong-logit\` take rows as
independent, but rows of one day or one storm are not. Where a number merges ten stored windows or more, the interval is therefore
the wider of the formula's and one that knows time: rates, scores and errors are computed again with each block of time left out
(\`block-jackknife(31 days)\`), and a distance is read as if there were only as many rows as the spread between blocks says they are
worth (\`noncentral-chi2/block-dispersion(31 days)\`). Blocks are days where the range has ten of them, else the stored windows; of
more than sixty, neighbours are taken together (\`51 × 6 days\`).

Classification metrics that do not exist say so: with no predicted positive, precision is \`UNDEFINED\`, not 0. For multiclass, plain
precision, recall and F1 weigh every class alike, \`_weighted\` ones by how often it occurs, and accuracy is also the micro average.
The weighted absolute percentage error is not among the metrics: windows keep no sum of absolute labels.
`;

const TITLES = {
  operations: "Operations",
  quality: "Data quality",
  drift: "Drift",
  performance: "Performance",
} as const;

const cell = (text: string) => text.replaceAll("|", "\\|");

function section(group: keyof typeof TITLES): string {
  const rows = METRICS.filter((metric) => metric.group === group).map((metric) => {
    const needs = [metric.needsReference ? "reference" : null, metric.needsLabels ? "labels" : null].filter(
      Boolean,
    );
    const tasks = metric.tasks.length === 4 ? "all" : metric.tasks.join(", ");
    return `| \`${metric.id}\` | ${cell(metric.label)} | ${metric.unit} | ${tasks} | ${needs.join(", ") || "–"} | ${cell(metric.formula)} |`;
  });
  return [
    `## ${TITLES[group]}`,
    "",
    "| id | name | unit | tasks | needs | formula |",
    "| --- | --- | --- | --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}

export function metricsDoc(): string {
  const groups = Object.keys(TITLES) as (keyof typeof TITLES)[];
  return `${INTRODUCTION}\n${groups.map(section).join("\n")}`;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  if (!process.argv.includes("--check")) writeFileSync(METRICS_DOC, metricsDoc());
  process.exitCode = readFileSync(METRICS_DOC, "utf8") === metricsDoc() ? 0 : 1;
}
