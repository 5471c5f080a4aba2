import type { z } from "zod";
import type { MetaDatabase } from "#db/open-meta.ts";
import { getAlert } from "#server/alerts/manage-alerts.ts";
import type {
  BacktestInput,
  CurvesInput,
  DistributionInput,
  MetricsQueryInput,
  MonitorRule,
  PredictionInput,
  PredictionsInput,
  SegmentsInput,
} from "#server/api/contract.ts";
import type { BudgetInput, EvidenceInput } from "#server/api/contracts/budget.ts";
import type { EstimatesInput } from "#server/api/contracts/estimates.ts";
import type { FairnessInput } from "#server/api/contracts/fairness.ts";
import type { LabelAgesInput } from "#server/api/contracts/label-ages.ts";
import type { MultivariateInput } from "#server/api/contracts/multivariate.ts";
import type { QualityInput } from "#server/api/contracts/quality.ts";
import type {
  SegmentChangeInput,
  SegmentTableInput,
  WorstSlicesInput,
} from "#server/api/contracts/segments.ts";
import { queryFleet } from "#server/api/fleet.ts";
import type { FleetInput } from "#server/api/inputs.ts";
import { listSegments } from "#server/api/list-segments.ts";
import { searchPredictions, toPredictionRow } from "#server/api/search-predictions.ts";
import type { Clock } from "#server/kernel/clock.ts";
import { ServiceError } from "#server/kernel/errors.ts";
import { querySegmentChange } from "#server/metrics/attribution/segment-change.ts";
import { querySegmentTable } from "#server/metrics/attribution/segment-table.ts";
import { queryWorstSlices } from "#server/metrics/attribution/worst-slices.ts";
import { queryCurves } from "#server/metrics/curves.ts";
import { queryDistribution } from "#server/metrics/distribution.ts";
import { queryEstimates } from "#server/metrics/estimates/query-estimates.ts";
import { queryFairness } from "#server/metrics/fairness/query-fairness.ts";
import { queryLabelAges } from "#server/metrics/label-ages.ts";
import type { MetricsSource } from "#server/metrics/metrics-source.ts";
import { createMultivariateQuery } from "#server/metrics/multivariate/query-multivariate.ts";
import { queryQuality } from "#server/metrics/quality/quality.ts";
import { queryMetrics } from "#server/metrics/query-metrics.ts";
import { resolveScope } from "#server/metrics/query-scope.ts";
import { querySegments } from "#server/metrics/segments.ts";
import { type ModelCatalog, schemasOf } from "#server/models/model-catalog.ts";
import { DEFAULT_BUDGET_WEEKS, type ModelSchema } from "#server/models/schema.ts";
import { backtest } from "#server/monitors/backtest.ts";
import { baselineFacts } from "#server/monitors/baseline-facts.ts";
import type { EvaluationSource } from "#server/monitors/evaluation-source.ts";
import { referenceValueOf } from "#server/monitors/metrics-evaluation.ts";
import { modelBudget } from "#server/monitors/model-budget.ts";
import { monitorEvidence } from "#server/monitors/monitor-evidence.ts";
import type { EventReader } from "#server/store/event-store.ts";

export interface ReaderParts {
  readonly meta: MetaDatabase;
  readonly clock: Clock;
  readonly catalog: ModelCatalog;
  readonly reader: EventReader;
  readonly source: MetricsSource;
  readonly evaluation: EvaluationSource;
}

/** What the reading threads answer; every input has been checked by its schema in main. */
export function createReaderMethods(parts: ReaderParts) {
  const { meta, clock, catalog, reader, source, evaluation } = parts;
  const models = schemasOf(catalog);
  const model = (slug: string): ModelSchema => {
    const schema = models.find(slug);
    if (schema === null)
      throw new ServiceError("not_found", "There is no model of that name.", { reason: "unknown_model" });
    return schema;
  };
  const referenceValue = (modelId: number, rule: MonitorRule) => referenceValueOf(source, modelId, rule);
  const compareJointly = createMultivariateQuery(source, reader);
  return {
    ping: (_input: null) => true,
    counts: ({ modelIds }: { modelIds: readonly number[] }) =>
      new Map(modelIds.map((modelId) => [modelId, reader.counts(modelId)] as const)),
    segmentKeys: ({ modelId }: { modelId: number }) => {
      const schema = models.byId(modelId);
      return schema === null ? [] : listSegments(reader, schema);
    },
    fleet: (input: z.infer<typeof FleetInput>) => queryFleet(parts, input),
    metrics: (input: z.infer<typeof MetricsQueryInput>) => queryMetrics(source, input),
    distribution: (input: z.infer<typeof DistributionInput>) => queryDistribution(source, input),
    multivariate: (input: z.infer<typeof MultivariateInput>) => compareJointly(input),
    curves: (input: z.infer<typeof CurvesInput>) => queryCurves(source, input),
    segments: (input: z.infer<typeof SegmentsInput>) => querySegments(source, input),
    labelAges: (input: z.infer<typeof LabelAgesInput>) => queryLabelAges(source, input),
    estimates: (input: z.infer<typeof EstimatesInput>) => queryEstimates(source, input),
    quality: (input: z.infer<typeof QualityInput>) => {
      const budgetWeeks = catalog.find(input.model)?.budgetWeeks ?? DEFAULT_BUDGET_WEEKS;
      return queryQuality(source, { input, now: clock.now(), budgetWeeks });
    },
    fairness: (input: z.infer<typeof FairnessInput>) => queryFairness(source, input),
    segmentTable: (input: z.infer<typeof SegmentTableInput>) => querySegmentTable(source, input),
    segmentChange: (input: z.infer<typeof SegmentChangeInput>) => querySegmentChange(source, input),
    worstSlices: (input: z.infer<typeof WorstSlicesInput>) => queryWorstSlices(source, input),
    search: ({ input, limit }: { input: z.infer<typeof PredictionsInput>; limit?: number }) =>
      searchPredictions({
        reader,
        model: model(input.model),
        input,
        ...(limit === undefined ? {} : { limit }),
      }),
    baseline: ({ model: slug }: { model: string }) => baselineFacts(source, slug),
    budget: ({ model: slug }: z.infer<typeof BudgetInput>) => {
      const schema = model(slug);
      const budgetWeeks = catalog.find(slug)?.budgetWeeks ?? DEFAULT_BUDGET_WEEKS;
      return modelBudget({ db: meta, source, schema, budgetWeeks, now: clock.now() });
    },
    evidence: (input: z.infer<typeof EvidenceInput>) => {
      const { schema, from, to, data } = resolveScope(source, input);
      return monitorEvidence(meta, {
        modelId: schema.modelId,
        from: from ?? data?.firstTs ?? 0,
        to: to ?? (data?.lastTs ?? 0) + 1,
        feature: input.feature ?? null,
      });
    },
    prediction: (input: z.infer<typeof PredictionInput>) => {
      const { modelId, slug } = model(input.model);
      return reader.readPrediction(modelId, input.prediction_id).map((row) => toPredictionRow(row, slug));
    },
    backtest: (input: z.infer<typeof BacktestInput>) =>
      backtest({ clock, models, source: evaluation, referenceValue, input }),
    alert: (input: { id: string }) =>
      getAlert({
        db: meta,
        clock,
        input,
        sources: {
          models,
          source: evaluation,
          referenceValue,
          distribution: (query) => queryDistribution(source, query),
          segments: (query) => querySegments(source, query),
        },
      }),
  };
}

export type ReaderMethods = ReturnType<typeof createReaderMethods>;
