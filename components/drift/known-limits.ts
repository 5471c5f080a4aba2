import { fixed } from "#components/ui/format.ts";
import {
  SHIFT_UNITS,
  type ShiftUnit,
  shiftEquivalents,
  shiftOf,
} from "#server/stats/drift/threshold-equivalents.ts";

export const UNIT_NAMES: Record<ShiftUnit, string> = {
  wasserstein: "Wasserstein, in sd",
  tv: "Total variation (TV)",
  ks: "Kolmogorov–Smirnov D",
  js: "Jensen–Shannon distance, base 2",
  "js-nats": "Jensen–Shannon distance, nats",
  hellinger: "Hellinger",
  psi: "PSI",
  kl: "Kullback–Leibler, nats",
  auc: "AUC of a domain classifier",
};

/** Plumbline's drift metrics by the unit that they are in; χ² has none, because it grows with rows. */
export function shiftUnitOf(metric: string): ShiftUnit | null {
  const unit = metric === "psi@10" ? "psi" : metric;
  return SHIFT_UNITS.find((one) => one === unit) ?? null;
}

export interface KnownLimit {
  readonly unit: ShiftUnit;
  readonly value: number;
  readonly whose: string;
}

/** Defaults that people bring along, as read in the tools' sources. */
export const KNOWN_LIMITS: readonly KnownLimit[] = [
  { unit: "wasserstein", value: 0.1, whose: "Evidently, numbers, reference over 1,000 rows" },
  { unit: "tv", value: 0.05, whose: "Plumbline’s tolerance" },
  { unit: "js", value: 0.1, whose: "NannyML’s documentation" },
  { unit: "js-nats", value: 0.1, whose: "Evidently, categories" },
  { unit: "hellinger", value: 0.1, whose: "Evidently" },
  { unit: "psi", value: 0.1, whose: "Evidently; the rule of thumb’s “moderate”" },
  { unit: "hellinger", value: 0.15, whose: "whylogs, “possible drift”" },
  { unit: "psi", value: 0.2, whose: "the rule of thumb’s “large” (also 0.25)" },
  { unit: "kl", value: 0.1, whose: "Evidently" },
  { unit: "auc", value: 0.65, whose: "NannyML’s domain classifier" },
  { unit: "hellinger", value: 0.4, whose: "whylogs, “drift”" },
];

export interface EquivalentRow {
  readonly unit: ShiftUnit;
  readonly name: string;
  readonly value: string;
  /** Whose defaults are in this unit, each with its size against the one entered. */
  readonly whose: readonly string[];
}

export interface Conversion {
  /** How far a mean would have moved, in standard deviations. */
  readonly shift: number;
  readonly rows: readonly EquivalentRow[];
  readonly sentence: string;
}

/** One limit in every unit; null where no plain shift gives that value. */
export function convertLimit(unit: ShiftUnit, value: number): Conversion | null {
  const shift = shiftOf(unit, value);
  if (shift === null) return null;
  const equal = shiftEquivalents(shift);
  const rows = SHIFT_UNITS.map((one) => ({
    unit: one,
    name: UNIT_NAMES[one],
    value: one === unit ? written(value) : written(equal[one]),
    whose: KNOWN_LIMITS.filter((known) => known.unit === one).map(
      (known) => `${written(known.value)}: ${known.whose}`,
    ),
  }));
  return { shift, rows, sentence: sentenceOf(unit, value, shift) };
}

function written(value: number): string {
  const isWhole = Math.abs(value * 100 - Math.round(value * 100)) < 1e-9;
  return fixed(value, !isWhole && Math.abs(value) < 0.1 ? 3 : 2);
}

/** Where the limit stands among those that people know. */
function sentenceOf(unit: ShiftUnit, value: number, shift: number): string {
  const moved = `${UNIT_NAMES[unit]} ${written(value)} is a mean that moved by ${fixed(shift, 2)} standard deviations`;
  const known = KNOWN_LIMITS.map((one) => ({ ...one, at: shiftOf(one.unit, one.value) ?? 0 })).sort(
    (a, b) => a.at - b.at,
  );
  const same = known.find((one) => one.unit === unit && Math.abs(one.value - value) < 1e-9);
  if (same !== undefined) return `${moved}. Known as a limit from: ${same.whose}.`;
  const below = known.findLast((one) => one.at < shift);
  const above = known.find((one) => one.at >= shift);
  if (below === undefined) return `${moved}: stricter than every default listed here.`;
  if (above === undefined) return `${moved}: laxer than every default listed here.`;
  return `${moved}: laxer than ${nameOf(below)}, stricter than ${nameOf(above)}.`;
}

function nameOf({ unit, value, whose }: KnownLimit): string {
  return `${UNIT_NAMES[unit]} ${written(value)} (${whose})`;
}
