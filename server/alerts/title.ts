import type { AlertListItem, BacktestSlot, MonitorRule } from "#server/api/contract.ts";
import { findMetric } from "#server/metrics/registry.ts";
import { featureWords, metricWords, plural, targetWords, valueWriter } from "#server/monitors/metric-text.ts";

export interface TitleFacts {
  readonly kind: AlertListItem["kind"];
  readonly rule: MonitorRule;
  readonly isOpen: boolean;
  /** The last window beyond the limit; null for silence and errors. */
  readonly numbers: Pick<BacktestSlot, "value" | "lo" | "hi" | "n"> | null;
  /** Windows that the alert has lasted. */
  readonly windows: number;
  readonly failure?: string | null;
}

/** What happened, in one sentence: value, interval, limit and n, in the words of the rule's metric. */
export function alertTitle(facts: TitleFacts): string {
  if (facts.kind === "no-data") return silenceTitle(facts);
  if (facts.kind === "error") {
    return `${capital(targetWords(facts.rule))} cannot be computed: ${facts.failure ?? "the reason is in the log"}`;
  }
  const value = facts.numbers?.value ?? null;
  if (facts.numbers === null || value === null) return limitTitle(facts.rule);
  const numbers = { ...facts.numbers, value };
  if (facts.rule.decide === "evidence") return evidenceTitle(facts, numbers);
  return isDrift(facts.rule) ? driftTitle(facts, numbers) : crossedTitle(facts, numbers);
}

type Known = Pick<BacktestSlot, "lo" | "hi" | "n"> & { readonly value: number };

function silenceTitle({ rule, isOpen, windows }: TitleFacts): string {
  const where = rule.segment === null ? "" : ` for ${rule.segment}`;
  const span =
    windows === 1 ? `${rule.window} passed` : `${plural(windows, "window")} of ${rule.window} passed`;
  return isOpen
    ? `No data${where}: ${span} without a row.`
    : `No data${where}: ${span} without a row; rows came again.`;
}

function limitTitle(rule: MonitorRule): string {
  const write = valueWriter(rule.metric, rule.limit);
  return `${capital(targetWords(rule))} ${crossed(rule)} ${write.limit()}.`;
}

function crossedTitle({ rule, isOpen }: TitleFacts, numbers: Known): string {
  const write = writerFor(rule, numbers);
  const head = `${capital(targetWords(rule))} ${crossed(rule)} ${write.limit()}`;
  const parts = [`${isOpen ? "now" : "was"} ${write.value(numbers.value)}`, ...intervalPart(write, numbers)];
  // Of a count there is no count.
  if (rule.metric !== "volume") parts.push(rowsPart(rule, numbers.n));
  return `${head}: ${parts.join(", ")}.`;
}

function driftTitle({ rule, isOpen }: TitleFacts, numbers: Known): string {
  const write = writerFor(rule, numbers);
  const subject = rule.feature === null ? "The model's input" : featureWords(rule.feature);
  const where = rule.segment === null ? "" : ` for ${rule.segment}`;
  const value = `${write.value(numbers.value)} ${unitWords(rule.metric)}`;
  const { lo, hi } = numbers;
  if (lo !== null && hi !== null && lo <= rule.limit && hi >= rule.limit) {
    const range = write.range(lo, hi);
    return `${capital(subject)}${where} may have moved: ${value}, but the interval ${range} includes the limit ${write.limit()}.`;
  }
  const parts = [value, ...intervalPart(write, numbers), `limit ${write.limit()}`, rowsPart(rule, numbers.n)];
  return `${capital(subject)}${where} ${isOpen ? "has moved" : "had moved"}: ${parts.join(", ")}.`;
}

/** The value is of one window, the verdict is of all: it does not matter what the interval of one includes. */
function evidenceTitle({ rule, isOpen }: TitleFacts, numbers: Known): string {
  const write = writerFor(rule, numbers);
  const parts = [write.value(numbers.value), ...intervalPart(write, numbers), rowsPart(rule, numbers.n)];
  const latest = `latest window beyond it ${parts.join(", ")}`;
  if (!isDrift(rule)) {
    const verb = isOpen ? "is" : "was";
    return `${capital(targetWords(rule))} ${verb} ${rule.op} ${write.limit()} by the evidence of its windows; ${latest}.`;
  }
  const subject = rule.feature === null ? "The model's input" : featureWords(rule.feature);
  const where = rule.segment === null ? "" : ` for ${rule.segment}`;
  return `${capital(subject)}${where} ${isOpen ? "has drifted" : "had drifted"} by more than ${write.limit()} ${unitWords(rule.metric)}; ${latest}.`;
}

/** After a number; abbreviations and people's names keep their capital. */
function unitWords(metric: string): string {
  return metric === "tv" ? "total variation" : metricWords(metric);
}

function writerFor(rule: MonitorRule, { value, lo, hi }: Known) {
  return valueWriter(rule.metric, rule.limit, [
    value,
    ...(lo === null ? [] : [lo]),
    ...(hi === null ? [] : [hi]),
  ]);
}

function intervalPart(write: ReturnType<typeof valueWriter>, { lo, hi }: Known): string[] {
  return lo === null || hi === null ? [] : [`95 % CI ${write.range(lo, hi)}`];
}

function rowsPart(rule: MonitorRule, n: number): string {
  return plural(n, findMetric(rule.metric)?.needsLabels ? "labelled row" : "row");
}

function crossed(rule: MonitorRule): string {
  return rule.op === "above" ? "rose above" : "fell below";
}

function isDrift(rule: MonitorRule): boolean {
  return findMetric(rule.metric)?.group === "drift" && rule.op === "above";
}

/** Feature names keep their case: `distance` is a column, not a word. */
function capital(text: string): string {
  return text.startsWith("the ") ? `T${text.slice(1)}` : text;
}
