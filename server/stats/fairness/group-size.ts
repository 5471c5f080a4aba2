/** From so many rows of a group on, a gap may be called one. */
export const GROUP_ROWS_MIN = 100;

/** And from so many rows in the denominator of the compared rate on. */
export const GROUP_EVENTS_MIN = 10;

/** Below so many rows a group's number is not shown: it would be noise, and might tell of single people. */
export const GROUP_ROWS_SHOWN_MIN = 30;

/** `judged`: a verdict may be given. `small`: shown, without a verdict. `hidden`: not even shown. */
export type GroupStanding = "judged" | "small" | "hidden";

/**
 * What may be said of a group of this size.
 *
 * `rows`: rows of the group that the metric can use (decided ones for selection, labelled ones for what needs the
 * truth). `trials`: the denominator of its rate, such as the true positives of a recall. At least 100 rows and ten
 * trials: `judged`; fewer: `small`; below 30 rows: `hidden`. The same holds for the group that is compared with.
 *
 * @example groupStanding({ rows: 250, trials: 9 }) // "small"
 */
export function groupStanding(size: { rows: number; trials: number }): GroupStanding {
  if (!(size.rows >= GROUP_ROWS_SHOWN_MIN)) return "hidden";
  return size.rows >= GROUP_ROWS_MIN && size.trials >= GROUP_EVENTS_MIN ? "judged" : "small";
}
