import type { MetaDatabase } from "#db/open-meta.ts";
import { readVerdicts } from "#db/queries/alerts.ts";
import { readMonitors } from "#db/queries/monitors.ts";
import type { MonitorRule } from "#server/api/contract.ts";
import type { CertifiableDrift, ModelBudget } from "#server/api/contracts/budget.ts";
import { formatInstant } from "#server/kernel/instant.ts";
import { comparedCounts } from "#server/metrics/compared-counts.ts";
import { rowsPerRow } from "#server/metrics/evidence/dependence.ts";
import { referenceDependence } from "#server/metrics/evidence/reference-dependence.ts";
import type { MetricsSource } from "#server/metrics/metrics-source.ts";
import { referenceProfile } from "#server/metrics/read-parts.ts";
import type { ModelSchema } from "#server/models/schema.ts";
import { liveVersion } from "#server/monitors/baseline-facts.ts";
import { logLineOf, testsOf } from "#server/monitors/evidence-budget.ts";
import { windowWidthMs } from "#server/monitors/window-width.ts";
import { totalOf } from "#server/stats/drift/shares.ts";
import { smallestCertifiableDrift } from "#server/stats/sequential/finite-reference-margin.ts";
import { emptySummary } from "#server/windows/read-summaries.ts";

const WEEK_MS = 7 * 24 * 3_600_000;

export interface BudgetArgs {
  readonly db: MetaDatabase;
  readonly source: MetricsSource;
  readonly schema: ModelSchema;
  readonly budgetWeeks: number;
  readonly now: number;
}

export function modelBudget({ db, source, schema, budgetWeeks, now }: BudgetArgs): ModelBudget {
  const enabled = readMonitors(db, schema.modelId).filter((monitor) => monitor.enabled);
  const sharing = enabled.filter(({ rule }) => rule.decide === "evidence");
  const rules = sharing.map(({ rule }) => rule);
  const to = source.dataRange(schema.modelId)?.lastTs ?? now;
  const from = to - budgetWeeks * WEEK_MS;
  const breaches = readVerdicts(db, schema.modelId, from);
  const inside = breaches.filter(({ rule }) => rule.decide === "evidence");
  const found = (verdict: string | null) => inside.filter((alert) => alert.verdict === verdict).length;
  const widths = new Map(rules.map((rule) => [rule.window, rule]));
  return {
    model: schema.slug,
    weeks: budgetWeeks,
    monitors: sharing.length,
    tests: rules.reduce((sum, rule) => sum + testsOf(rule), 0),
    lines: [...widths].map(([window, rule]) => ({
      window,
      log10: logLineOf(rule, { budgetWeeks, rules }) / Math.LN10,
    })),
    period: { from: formatInstant(from), to: formatInstant(to) },
    alerts: {
      all: inside.length,
      falseAlarms: found("false-alarm"),
      real: found("real"),
      unjudged: found(null),
    },
    outside: {
      monitors: enabled.length - sharing.length,
      fired: breaches.length - inside.length,
    },
    drift: sharing.flatMap(({ id, rule }) => certifiable(source, schema, id, rule)),
  };
}

function certifiable(
  source: MetricsSource,
  { modelId }: ModelSchema,
  monitorId: string,
  rule: MonitorRule,
): CertifiableDrift[] {
  if (rule.metric !== "tv" || rule.feature === null) return [];
  const version = rule.version ?? liveVersion(source, modelId);
  const about = { feature: rule.feature, monitorId, tolerance: rule.limit };
  const reference = version === null ? null : referenceProfile(source, modelId, version, null);
  const layout = version === null ? null : source.layout(modelId, version);
  if (version === null || reference === null || layout === null) {
    return [{ ...about, smallest: null, rows: 0, independentRows: 0 }];
  }
  const request = { metric: "tv", feature: rule.feature, layout, summary: emptySummary(layout), reference };
  const counts = comparedCounts(request, false)?.reference ?? [];
  const rows = totalOf(counts);
  const told = referenceDependence(source, modelId, version, {
    metric: "tv",
    feature: rule.feature,
    test: { kind: "cells", tolerance: rule.limit },
    widthMs: windowWidthMs(rule),
  });
  const each = told === null ? 1 : rowsPerRow(told.batchRows, told.dependence);
  const independent = Float64Array.from(counts, (count) => count / each);
  const smallest = rows > 0 ? smallestCertifiableDrift(independent, { tolerance: rule.limit }) : null;
  return [{ ...about, smallest, rows, independentRows: rows / each }];
}
