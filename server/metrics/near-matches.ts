const MATCHES_MAX = 3;

/** The names of `known` closest to what was typed, best first; at most three, none when nothing is near. */
export function nearMatches(typed: string, known: Iterable<string>): string[] {
  const wanted = typed.toLowerCase();
  const allowed = Math.max(2, Math.floor(wanted.length / 3));
  const scored: { name: string; distance: number }[] = [];
  for (const name of known) {
    const distance = closeness(wanted, name.toLowerCase());
    if (distance <= allowed) scored.push({ name, distance });
  }
  scored.sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1));
  return scored.slice(0, MATCHES_MAX).map((entry) => entry.name);
}

/** Edit distance, with a name that contains the other counted as one step away. */
function closeness(a: string, b: string): number {
  if (a === b) return 0;
  if (a.length >= 2 && b.length >= 2 && (a.includes(b) || b.includes(a))) return 1;
  return editDistance(a, b);
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replace = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const insert = (current[column - 1] ?? 0) + 1;
      const remove = (previous[column] ?? 0) + 1;
      current.push(Math.min(replace, insert, remove));
    }
    previous = current;
  }
  return previous[b.length] ?? a.length;
}

/** "; did you mean psi@10, js?", or nothing. */
export function meant(matches: readonly string[]): string {
  return matches.length === 0 ? "" : ` Did you mean ${matches.join(", ")}?`;
}
