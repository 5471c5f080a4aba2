/** A share with its 95 % interval; value is null where nothing was counted. */
export interface Share {
  readonly value: number | null;
  readonly lo: number;
  readonly hi: number;
  readonly count: number;
  readonly of: number;
}

const Z_95 = 1.959964;

/** Wilson's score interval, which stays inside 0–1 and is honest at 0 of n. */
export function shareOf(count: number, of: number): Share {
  if (of <= 0) return { value: null, lo: 0, hi: 1, count, of };
  const share = count / of;
  const scale = 1 + (Z_95 * Z_95) / of;
  const centre = (share + (Z_95 * Z_95) / (2 * of)) / scale;
  const half = (Z_95 / scale) * Math.sqrt((share * (1 - share)) / of + (Z_95 * Z_95) / (4 * of * of));
  return { value: share, lo: Math.max(0, centre - half), hi: Math.min(1, centre + half), count, of };
}
