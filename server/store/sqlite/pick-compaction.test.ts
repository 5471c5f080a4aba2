import { expect, test } from "vitest";
import type { ChunkInfo } from "#server/store/index/chunk-info.ts";
import { mergeStart } from "#server/store/sqlite/maintenance.ts";
import { pickCompaction } from "#server/store/sqlite/pick-compaction.ts";

const RULES = { finalRows: 1_000, fanIn: 4, mostFreshRows: 5_000 };

function chunks(counts: readonly number[], more: Partial<ChunkInfo> = {}): ChunkInfo[] {
  return counts.map((count, at) => ({
    chunkId: at + 1,
    modelId: 1,
    versionId: 1,
    version: "v1",
    count,
    isFinal: false,
    fromTs: 1_000 - at,
    toTs: 2_000 - at,
    ...more,
  }));
}

const idsOf = (infos: readonly ChunkInfo[]) => {
  const picked = pickCompaction(infos, RULES);
  return picked && { ids: picked.sources.map(({ chunkId }) => chunkId), isFinal: picked.isFinal };
};

test("enough rows of one version become final, the oldest by event time first", () => {
  expect(idsOf(chunks([400, 400, 400, 400]))).toEqual({ ids: [4, 3, 2], isFinal: true });
  expect(idsOf(chunks([400, 400]))).toBeNull();
});

test("many chunks of one size class are merged, unless they are nearly final", () => {
  expect(idsOf(chunks([5, 30, 6, 7, 8]))).toEqual({ ids: [1, 3, 4, 5], isFinal: false });
  expect(idsOf(chunks([200, 200, 200, 200]))).toBeNull();
});

test("final chunks are left alone, and versions are kept apart", () => {
  expect(idsOf(chunks([900, 900], { isFinal: true }))).toBeNull();
  expect(idsOf([...chunks([600]), ...chunks([600], { versionId: 2 })])).toBeNull();
});

test("when small chunks of many versions fill the memory, the largest version is made final early", () => {
  const crowd = Array.from({ length: 7 }, (_, at) => chunks([700], { versionId: at, chunkId: at }));
  const largest = chunks([999], { versionId: 50, chunkId: 50 });
  const rules = { ...RULES, mostFreshRows: 5_000, finalRows: 2_000 };
  expect(pickCompaction(crowd.flat(), rules)).toBeNull();
  const picked = pickCompaction([...crowd.flat(), ...largest, ...chunks([1_100], { versionId: 51 })], rules);
  expect(picked).toMatchObject({ isFinal: true, sources: [{ versionId: 51 }] });
});

test("patches are merged from the first that is not much larger than all after it", () => {
  expect(mergeStart([1_000, 1, 1, 1])).toBe(1);
  expect(mergeStart([1_000, 100, 60, 20, 10])).toBe(1);
  expect(mergeStart([8, 4, 2, 1])).toBe(0);
  expect(mergeStart([5])).toBe(0);
});
