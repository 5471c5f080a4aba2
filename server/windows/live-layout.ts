import { canonicalCategory, OPEN_CATEGORIES } from "#server/windows/category-bins.ts";
import { FEATURE_CELL, OTHER_CLASS } from "#server/windows/cells.ts";
import {
  type FeatureLayout,
  type Layout,
  MAX_CATEGORIES,
  MAX_CLASSES,
  MAX_SEGMENT_VALUES,
  type NumberRange,
} from "#server/windows/layout.ts";
import { LOG_GRID } from "#server/windows/log-grid.ts";

/** How the folder finds a feature's cells. */
export interface LiveNumber {
  readonly kind: "number";
  readonly column: string;
  readonly edges: Float64Array;
  readonly range: NumberRange | null;
}

export class LiveCategory {
  readonly kind = "category";
  readonly column: string;
  readonly names: string[];
  private readonly cells = new Map<string, number>();
  private readonly closed: boolean;

  constructor(feature: FeatureLayout) {
    const bins = feature.bins.kind === "category" ? feature.bins : OPEN_CATEGORIES;
    this.column = `features.${feature.name}`;
    this.names = [...bins.categories];
    this.closed = bins.closed;
    for (const text of bins.tail) this.cells.set(text, FEATURE_CELL.other);
    this.names.forEach((text, index) => {
      this.cells.set(text, FEATURE_CELL.firstBin + index);
    });
  }

  /** Cell of a value; an open list takes a new one in while it has room. */
  cellOf(text: string): number {
    const canonical = canonicalCategory(text);
    const known = this.cells.get(canonical);
    if (known !== undefined) return known;
    if (this.closed) return FEATURE_CELL.unseen;
    if (this.names.length >= MAX_CATEGORIES) return FEATURE_CELL.other;
    const cell = FEATURE_CELL.firstBin + this.names.length;
    this.names.push(canonical);
    this.cells.set(canonical, cell);
    return cell;
  }
}

export type LiveFeature = LiveNumber | LiveCategory;

/** A list of names that grows by first sight up to a limit; what comes later has the index `other`. */
export class GrowingNames {
  readonly names: string[];
  private readonly indexes = new Map<string, number>();
  private readonly limit: number;
  private readonly other: number;

  constructor(names: readonly string[], limit: number, other: number) {
    this.names = [...names];
    this.limit = limit;
    this.other = other;
    for (const [index, name] of names.entries()) this.indexes.set(name, index);
  }

  indexOf(text: string): number {
    const name = canonicalCategory(text);
    const known = this.indexes.get(name);
    if (known !== undefined) return known;
    if (this.names.length >= this.limit) return this.other;
    this.indexes.set(name, this.names.length);
    return this.names.push(name) - 1;
  }
}

export interface LiveSegment {
  readonly column: string;
  readonly values: GrowingNames;
}

/** A layout in use: finds cells by map and typed array, and grows as names appear. */
export class LiveLayout {
  /** The layout as it was last stored. */
  base: Layout;
  readonly features: readonly LiveFeature[];
  readonly segments: readonly LiveSegment[];
  readonly classes: GrowingNames;
  readonly outputEdges: Float64Array;

  constructor(layout: Layout) {
    this.base = layout;
    this.features = layout.features.map(liveFeature);
    const features = new Set(layout.features.map((feature) => feature.name));
    this.segments = layout.segmentKeys.map((key, index) => ({
      column: features.has(key) ? `features.${key}` : `segments.${key}`,
      values: new GrowingNames(layout.segmentValues[index] ?? [], MAX_SEGMENT_VALUES, MAX_SEGMENT_VALUES),
    }));
    this.classes = new GrowingNames(layout.classes, MAX_CLASSES, OTHER_CLASS);
    this.outputEdges = Float64Array.from((layout.output?.bins ?? LOG_GRID).edges);
  }

  /** True when a name was added since `base`. */
  grown(): boolean {
    return (
      this.classes.names.length > this.base.classes.length ||
      this.segments.some(
        ({ values }, i) => values.names.length > (this.base.segmentValues[i]?.length ?? 0),
      ) ||
      this.features.some((feature, index) => isGrown(feature, this.base.features[index]))
    );
  }

  /** The layout as it is now. */
  snapshot(): Layout {
    return {
      ...this.base,
      features: this.base.features.map((feature, index) => grownFeature(feature, this.features[index])),
      segmentValues: this.segments.map(({ values }) => [...values.names]),
      classes: [...this.classes.names],
    };
  }
}

export function liveFeature(feature: FeatureLayout): LiveFeature {
  if (feature.bins.kind === "category") return new LiveCategory(feature);
  const edges = Float64Array.from(feature.bins.edges);
  return { kind: "number", column: `features.${feature.name}`, edges, range: feature.range };
}

function isGrown(live: LiveFeature, base: FeatureLayout | undefined): boolean {
  return (
    live.kind === "category" &&
    base?.bins.kind === "category" &&
    live.names.length > base.bins.categories.length
  );
}

function grownFeature(base: FeatureLayout, live: LiveFeature | undefined): FeatureLayout {
  if (live?.kind !== "category" || base.bins.kind !== "category" || !isGrown(live, base)) return base;
  return { ...base, bins: { ...base.bins, categories: [...live.names] } };
}
