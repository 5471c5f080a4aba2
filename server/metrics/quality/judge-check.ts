import type { CheckState, QualityCheck } from "#server/api/contracts/quality.ts";
import { isImmediate } from "#server/stats/quality/claims.ts";
import { SHARE_TRIALS_MIN, wilsonInterval } from "#server/stats/uncertainty/wilson.ts";

/** Without a reference, more than half of the rows must be bad for sure. */
const LIMIT_WITHOUT_REFERENCE = 0.5;

/** One odd row, or two, never are a verdict. */
const BAD_ROWS_MIN = 3;
/** Where the reference lacks more than this, what it lacks may come in clumps: every dawn, every calm day. */
const RARE_BELOW = 0.05;

/** A cell of the grid. */
export interface CheckCell {
  readonly state: CheckState;
  readonly bad: number;
  readonly n: number;
  /** Stored windows in which at least half of the rows were bad. */
  readonly spells: number;
}

export interface CheckCounts {
  readonly check: QualityCheck;
  readonly bad: number;
  readonly n: number;
  /** Stored windows within in which the immediate rule held. */
  readonly spells: number;
  readonly limit: number | null;
  /** The window is not over: only what is plainly broken is said of it. */
  readonly open?: boolean;
}

/** What one window says of one check. */
export function judgeCheck(counts: CheckCounts): CheckState {
  const { bad, n, spells, limit } = counts;
  if (n === 0) return "none";
  const open = counts.open === true;
  const mayClump = limit !== null && limit >= RARE_BELOW;
  if (isBadAtOnce(counts) && !(open && mayClump)) return "beyond";
  if (n < SHARE_TRIALS_MIN) return "low";
  if (limit === null) return "learning";
  const interval = wilsonInterval(bad, n);
  if (interval !== null && interval.lo > limit && bad >= BAD_ROWS_MIN) return open ? "may" : "beyond";
  if (spells > 0 && limit < RARE_BELOW) return "spells";
  return bad / n > limit ? "may" : "ok";
}

/** The rule that waits for nothing: half of at least twenty rows. */
export function isBadAtOnce({ bad, n, limit }: Omit<CheckCounts, "spells" | "check">): boolean {
  return isImmediate({ bad, rows: n, limit: limit ?? LIMIT_WITHOUT_REFERENCE });
}

const LOUDEST: readonly CheckState[] = ["beyond", "spells", "may", "ok", "learning", "low", "none"];

/** A window that holds rows of several versions: counts add, and the loudest verdict stands. */
export function joinCells(cells: readonly CheckCell[]): CheckCell {
  const joined = { bad: 0, n: 0, spells: 0 };
  for (const { bad, n, spells } of cells) {
    joined.bad += bad;
    joined.n += n;
    joined.spells += spells;
  }
  const state = LOUDEST.find((one) => cells.some((cell) => cell.state === one)) ?? "none";
  return { state, ...joined };
}
