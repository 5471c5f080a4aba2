/** Edit distance that stops caring beyond `limit`; enough for "did you mean". */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = a[i - 1] === b[j - 1] ? 0 : 1;
      row.push(Math.min((row[j - 1] ?? 0) + 1, (previous[j] ?? 0) + 1, (previous[j - 1] ?? 0) + swap));
    }
    previous = row;
  }
  return previous[b.length] ?? limit + 1;
}

/** The names nearest to what was typed, best first: those that contain it, then those a few letters away. */
export function nearMatches(typed: string, names: readonly string[], max = 3): string[] {
  const wanted = typed.toLowerCase();
  const limit = Math.max(1, Math.floor(wanted.length / 3));
  const scored = names.map((name) => {
    const lower = name.toLowerCase();
    if (wanted.length >= 2 && lower.includes(wanted)) return { name, score: 0 };
    return { name, score: distance(wanted, lower, limit) };
  });
  return scored
    .filter((entry) => entry.score <= limit)
    .sort((a, b) => a.score - b.score || a.name.localeCompare(b.name))
    .slice(0, max)
    .map((entry) => entry.name);
}
