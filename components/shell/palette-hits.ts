export interface PaletteEntry {
  id: string;
  group: "This model" | "Models" | "Features" | "Pages";
  label: string;
  /** Grey words at the end of the line. */
  end?: string;
  href: string;
}

const HITS_MAX = 40;
const GROUP_ORDER = ["This model", "Models", "Features", "Pages"] as const;

/** Letters in order, runs and starts of words weigh more; null when they are not all there. */
export function matchScore(text: string, query: string): number | null {
  const hay = text.toLowerCase();
  let score = 0;
  let at = 0;
  for (const letter of query.toLowerCase().replaceAll(" ", "")) {
    const found = hay.indexOf(letter, at);
    if (found < 0) return null;
    const startsWord = found === 0 || /[^a-z0-9]/.test(hay[found - 1] ?? "");
    score += (found === at ? 2 : 0) + (startsWord ? 3 : 0) - Math.min(found - at, 5) * 0.2;
    at = found + 1;
  }
  return score - hay.length * 0.01;
}

const BESIDE = 20;
/** The grey words count only where the name itself does not match. */
function entryScore({ label, end }: PaletteEntry, query: string): number | null {
  const own = matchScore(label, query);
  if (own !== null) return own;
  const beside = matchScore(`${label} ${end ?? ""}`, query);
  return beside === null ? null : beside - BESIDE;
}

export function paletteHits(entries: readonly PaletteEntry[], query: string): PaletteEntry[] {
  const scored = entries
    .map((entry) => ({ entry, score: entryScore(entry, query) }))
    .filter((hit): hit is { entry: PaletteEntry; score: number } => hit.score !== null);
  if (query !== "") scored.sort((a, b) => b.score - a.score);
  const kept = scored.slice(0, HITS_MAX).map((hit) => hit.entry);
  const groups = query === "" ? GROUP_ORDER : [...new Set(kept.map((entry) => entry.group))];
  return groups.flatMap((group) => kept.filter((entry) => entry.group === group));
}
