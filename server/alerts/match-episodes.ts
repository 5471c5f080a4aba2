import type { AlertRow } from "#db/queries/alerts.ts";
import type { Episode } from "#server/alerts/replay.ts";

type Stored = Pick<AlertRow, "id" | "kind" | "onsetSlot" | "closedSlot" | "closeReason">;

export interface EpisodeMatches<Row extends Stored> {
  readonly opened: readonly Episode[];
  readonly kept: ReadonlyArray<readonly [stored: Row, found: Episode]>;
  /** Stored, and no longer found in the data. */
  readonly withdrawn: readonly Row[];
}

/**
 * Which stored alert a replayed episode is: the one of its kind that it overlaps in time. Late data moves an episode's
 * ends, so equality would turn every amendment into one alert withdrawn and another raised.
 */
export function matchEpisodes<Row extends Stored>(
  stored: readonly Row[],
  found: readonly Episode[],
): EpisodeMatches<Row> {
  const free = new Set(stored);
  const opened: Episode[] = [];
  const kept: (readonly [Row, Episode])[] = [];
  for (const episode of found) {
    const candidates = stored.filter((row) => free.has(row) && overlaps(row, episode));
    const match = candidates.find((row) => row.closeReason !== "retracted") ?? candidates[0];
    if (match === undefined) {
      opened.push(episode);
      continue;
    }
    free.delete(match);
    kept.push([match, episode]);
  }
  const withdrawn = [...free].filter((row) => row.closeReason !== "retracted");
  return { opened, kept, withdrawn };
}

function overlaps(row: Stored, episode: Episode): boolean {
  if (row.kind !== episode.kind) return false;
  // One that a person resolved at once has no length, and is still the same alert: ends are inclusive.
  const rowEnd = row.closedSlot ?? Number.POSITIVE_INFINITY;
  const episodeEnd = episode.closedAt ?? Number.POSITIVE_INFINITY;
  return row.onsetSlot <= episodeEnd && episode.onset <= rowEnd;
}
