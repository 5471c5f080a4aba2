import fc from "fast-check";
import { expect, test } from "vitest";
import type { MetricsSource } from "#server/metrics/metrics-source.ts";
import { planReads } from "#server/metrics/read-plan.ts";
import { versionSpans } from "#server/metrics/version-spans.ts";
import { windowLevels } from "#server/windows/levels.ts";
import { schemaOf } from "#server/windows/test-rows.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const width = fc.constantFrom(5 * MINUTE, HOUR, 6 * HOUR, DAY);
const instant = fc.integer({ min: -3 * DAY, max: 40 * DAY });
/** −0 and 0 are one time. */
const plain = (ts: number) => ts + 0;

test("a plan covers every window of its range once, with none beyond, in order of time", () => {
  fc.assert(
    fc.property(width, instant, instant, (windowMs, a, b) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b) + 1];
      const plan = planReads({ from, to }, windowLevels(windowMs));
      let reached = plain(Math.floor(from / windowMs) * windowMs);
      for (const read of plan) {
        expect(read.from).toBe(reached);
        expect(read.from % read.levelMs === 0 && read.to % read.levelMs === 0).toBe(true);
        expect(read.to).toBeGreaterThan(read.from);
        reached = read.to;
      }
      expect(reached).toBe(plain(Math.ceil(to / windowMs) * windowMs));
      const narrow = plan.filter(({ levelMs }) => levelMs === windowMs);
      const windows = narrow.reduce((sum, read) => sum + (read.to - read.from) / windowMs, 0);
      if (windowMs === HOUR) expect(windows).toBeLessThanOrEqual(2 * 24);
    }),
    { seed: 31, numRuns: 500 },
  );
});

test("live spans cover a range without a gap, each champion over all of its time and no longer", () => {
  const changes = fc.uniqueArray(instant, { maxLength: 5 }).map((times) => times.sort((a, b) => a - b));
  fc.assert(
    fc.property(changes, fc.boolean(), instant, (times, retired, at) => {
      const schema = schemaOf({ windowMs: HOUR });
      const champions = times.map((from, index) => {
        const last = retired ? from + HOUR : Number.POSITIVE_INFINITY;
        return { version: `v${index}`, from, to: times[index + 1] ?? last };
      });
      const source: Pick<MetricsSource, "versions" | "championIntervals"> = {
        versions: () => ["v0", "v1", "v2", "v3", "v4"],
        championIntervals: () => champions,
      };
      const range = { from: -3 * DAY, to: 41 * DAY };
      const spans = versionSpans(source, schema, null, range);
      let reached = range.from;
      for (const span of spans) {
        // The window of a change belongs to both sides of it.
        expect(span.from).toBeLessThanOrEqual(reached);
        expect(reached - span.from).toBeLessThanOrEqual(HOUR);
        expect(span.from % HOUR === 0 && span.to % HOUR === 0).toBe(true);
        reached = Math.max(reached, span.to);
      }
      expect(reached).toBe(range.to);
      const champion = champions.find(({ from, to }) => from <= at && at < to);
      const named = spans.filter((span) => span.from <= at && at < span.to).map(({ version }) => version);
      if (champion === undefined) expect(named.length).toBeGreaterThan(0);
      else expect(named).toContain(champion.version);
    }),
    { seed: 32, numRuns: 500 },
  );
});
