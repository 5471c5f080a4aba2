import { expect, test } from "vitest";
import { profileRange } from "#server/references/range-table.ts";
import type { LabelValue, TextColumn } from "#server/store/columns.ts";
import type { EventReader } from "#server/store/event-store.ts";
import { parseLayout } from "#server/windows/layout-json.ts";
import { decodeSegment, decodeSummary } from "#server/windows/read-summaries.ts";
import { rowsOf, schemaOf, type TestRow } from "#server/windows/test-rows.ts";

const model = schemaOf({
  positiveClass: "late",
  features: [
    { name: "x", type: "number", segment: false },
    { name: "c", type: "category", segment: true },
  ],
  dimensions: ["channel"],
});

const T = 1_700_000_000_000;

interface Chunk {
  readonly rows: readonly TestRow[];
  readonly labels: ReadonlyArray<LabelValue | null>;
  readonly positions: readonly number[];
}

/** Rows of the store carry their ids; a profile does not look at them. */
const idsOf = (count: number): TextColumn => ({
  bytes: new Uint8Array(0),
  offsets: new Uint32Array(count + 1),
});

function readerOf(chunks: readonly Chunk[]): Pick<EventReader, "scan"> {
  return {
    scan: () =>
      chunks
        .map(({ rows, labels, positions }) => ({
          version: "v1",
          rows: Object.assign(rowsOf(rows), { ids: idsOf(rows.length) }),
          labels,
          positions: Uint32Array.from(positions),
        }))
        [Symbol.iterator](),
  };
}

const job = { directory: "", model, version: "v1", from: T, to: T + 100 };

test("past rows with their labels become a profile, chunk by chunk", async () => {
  const reader = readerOf([
    {
      rows: [
        {
          ts: T + 1,
          "features.x": 1,
          "features.c": "007",
          "output.probability": 0.9,
          "segments.channel": "app",
        },
        { ts: T + 2, "features.x": 2, "features.c": "b", "output.probability": 0.2 },
        { ts: T + 3, "features.x": null, "features.c": "b", "output.probability": 0.6 },
      ],
      labels: ["late", null, "on_time"],
      positions: [0, 2],
    },
    {
      rows: [{ ts: T + 9, "features.x": Number.NaN, "features.c": "007", "output.probability": 0.1 }],
      labels: [null],
      positions: [0],
    },
  ]);
  const profile = await profileRange(reader, job, () => undefined);
  expect(profile).toMatchObject({ rows: 3, labelled: 2, skipped: [], dimensions: ["channel"] });
  const layout = parseLayout(profile.layoutJson);
  expect(layout.features.map(({ name }) => name)).toEqual(["x", "c"]);
  expect(layout.features[1]?.bins).toMatchObject({ categories: ["007", "b"] });
  const summary = decodeSummary(profile, layout);
  expect([summary.firstTs, summary.lastTs]).toEqual([T + 1, T + 9]);
  expect(summary.features[0]).toMatchObject({ nulls: 1, invalid: 1, moments: { n: 1, mean: 1 } });
  expect(summary.output).toMatchObject({ confusion: { tp: 1, fp: 1, tn: 0, fn: 0 }, probability: { n: 3 } });
  expect(decodeSegment(profile, layout, "c", "007").predictions).toBe(2);
  expect(decodeSegment(profile, layout, "channel", "app").labelled).toBe(1);
});

test("an empty range is refused", async () => {
  await expect(profileRange(readerOf([]), job, () => undefined)).rejects.toMatchObject({
    reason: "empty_range",
  });
});
