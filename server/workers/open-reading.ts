import { type MetaDatabase, openMeta } from "#db/open-meta.ts";
import { readMonitors } from "#db/queries/monitors.ts";
import { metaPath } from "#server/kernel/data-folder.ts";
import { createEvidenceCheckpoints } from "#server/metrics/evidence/evidence-checkpoints.ts";
import { createMetricsSource, type MetricsSource } from "#server/metrics/metrics-source.ts";
import { type ModelCatalog, openModelCatalog } from "#server/models/model-catalog.ts";
import { DEFAULT_BUDGET_WEEKS } from "#server/models/schema.ts";
import type { EvaluationSource } from "#server/monitors/evaluation-source.ts";
import { createEvaluationSource } from "#server/monitors/metrics-evaluation.ts";
import { openReferenceStore } from "#server/references/open-reference-store.ts";
import type { EventReader } from "#server/store/event-store.ts";
import { openEventReader } from "#server/store/sqlite/event-reader.ts";

/** What a thread beside main reads with. */
export interface Reading {
  readonly meta: MetaDatabase;
  readonly catalog: ModelCatalog;
  readonly reader: EventReader;
  readonly source: MetricsSource;
  readonly evaluation: EvaluationSource;
  close(): void;
}

/** Opens both databases read-only. The writer must have made them before. */
export function openReading(dataFolder: string, options: { keepsEvidence?: boolean } = {}): Reading {
  const meta = openMeta(metaPath(dataFolder), { readonly: true });
  const reader = openEventReader(dataFolder);
  const catalog = openModelCatalog(meta);
  const source = createMetricsSource({ catalog, reader, references: openReferenceStore(meta) });
  return {
    meta,
    catalog,
    reader,
    source,
    evaluation: createEvaluationSource(source, reader, {
      family: (modelId) => ({
        budgetWeeks: catalog.byId(modelId)?.budgetWeeks ?? DEFAULT_BUDGET_WEEKS,
        rules: readMonitors(meta, modelId).flatMap(({ enabled, rule }) =>
          enabled && rule.decide === "evidence" ? [rule] : [],
        ),
      }),
      checkpoints: options.keepsEvidence === true ? createEvidenceCheckpoints() : null,
    }),
    close: () => {
      reader.close();
      meta.$client.close();
    },
  };
}
