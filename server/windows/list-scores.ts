import {
  averagePrecisionAt,
  normalisedGainAt,
  precisionAt,
  reciprocalRank,
} from "#server/stats/accuracy/ranking.ts";
import type { LabelValue } from "#server/store/columns.ts";

/** How many ranks are looked at, but for the reciprocal rank, which looks at all. */
const RANKS = 10;

/** What one list was worth, judged by its label. */
export interface ListScores {
  /** Null where no item is relevant. */
  readonly normalisedGain: number | null;
  readonly averagePrecision: number | null;
  readonly reciprocalRank: number;
  readonly precision: number;
}

/** Relevance by item; what is not above 0 is not relevant. */
export type Relevances = ReadonlyMap<string, number>;

/** Null for whatever is not {item: relevance}. */
export function readRelevances(label: LabelValue): Relevances | null {
  const parsed = parsedJson(String(label));
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) return null;
  const relevances = new Map<string, number>();
  for (const [item, relevance] of Object.entries(parsed)) {
    if (typeof relevance !== "number" || !Number.isFinite(relevance)) return null;
    if (relevance > 0) relevances.set(item, relevance);
  }
  return relevances;
}

/** Ids of a list, best first; null where there is none. */
export function readItems(text: string | null): string[] | null {
  const parsed = text === null ? null : parsedJson(text);
  return Array.isArray(parsed) && parsed.length > 0 ? parsed.map(String) : null;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Items that the label does not name are not relevant; relevant ones that were not shown count against the list. */
export function listScores(items: readonly string[], relevances: Relevances): ListScores {
  const { shown, missed } = gains(items, relevances);
  // Ranks that a short list does not reach gain nothing, so what was missed must not move up into them.
  const reached = [...shown, ...Array.from({ length: Math.max(0, RANKS - shown.length) }, () => 0)];
  return {
    normalisedGain: normalisedGainAt([...reached, ...missed], RANKS),
    averagePrecision: averagePrecisionAt(shown, RANKS, relevances.size),
    reciprocalRank: reciprocalRank(shown),
    precision: precisionAt(shown, RANKS) ?? 0,
  };
}

/** As parts of the greatest relevance, so that no sum overflows; an item that is listed twice counts where it is first. */
function gains(items: readonly string[], relevances: Relevances): { shown: number[]; missed: number[] } {
  const left = new Map(relevances);
  const most = [...left.values()].reduce((a, b) => Math.max(a, b), 0);
  const shown = items.map((item) => {
    const relevance = left.get(item) ?? 0;
    left.delete(item);
    return relevance > 0 ? relevance / most : 0;
  });
  return { shown, missed: [...left.values()].map((relevance) => relevance / most) };
}
