import type { LabelValue } from "#server/store/columns.ts";

export interface StoredLabel {
  readonly value: LabelValue;
  /** When the truth became known, and when it came in; milliseconds since 1970. */
  readonly ts: number;
  readonly receivedAt: number;
}

export interface IncomingLabel extends StoredLabel {
  readonly tsFromServer: boolean;
}

/** `superseded`: taken note of, but a later truth is already there. */
export type LabelVerdict = "applied" | "duplicate" | "superseded";

/** The latest `ts` wins, ties go to the later arrival; saying the same again changes nothing. */
export function judgeLabel(current: StoredLabel | null, incoming: IncomingLabel): LabelVerdict {
  if (current === null) return "applied";
  const isSameValue = current.value === incoming.value;
  if (isSameValue && (incoming.tsFromServer || incoming.ts === current.ts)) return "duplicate";
  return incoming.ts >= current.ts ? "applied" : "superseded";
}
