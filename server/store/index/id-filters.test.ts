import { expect, test } from "vitest";
import type { ChunkInfo } from "#server/store/index/chunk-info.ts";
import { FinalIndex } from "#server/store/index/final-index.ts";
import {
  decodeFingerprints,
  encodeFingerprints,
  type Fingerprints,
  hasFingerprint,
  tagOf,
} from "#server/store/index/fingerprints.ts";
import { hashIds, type IdHashes } from "#server/store/index/id-hash.ts";
import { packTexts } from "#server/store/rows/text-column.ts";

const COUNT = 60_000;

function hashesOf(prefix: string) {
  const ids = Array.from({ length: COUNT }, (_, index) => `${prefix}-${index}`);
  return hashIds(1, packTexts(ids), COUNT);
}

function finalChunk(chunkId: number): ChunkInfo {
  return {
    chunkId,
    modelId: 1,
    versionId: 1,
    version: "v1",
    count: COUNT,
    isFinal: true,
    fromTs: 0,
    toTs: 1,
  };
}

test("the index of final chunks names the chunk of every id, seldom another, and none that left", () => {
  const index = new FinalIndex();
  const prints = new Map<number, Fingerprints>();
  const grow = () => {
    for (const _ of index.rebuild(COUNT, (info) => prints.get(info.chunkId) ?? nothing));
  };
  for (const chunkId of [1, 2, 3, 4]) {
    if (!index.hasRoomFor(COUNT)) grow();
    const own = decodeFingerprints(encodeFingerprints(hashesOf(`chunk${chunkId}`)));
    prints.set(chunkId, own);
    index.activate(index.prepare(own), finalChunk(chunkId));
  }
  index.remove(finalChunk(2));
  for (const _ of [0, 1]) {
    for (const chunkId of [1, 2, 3, 4]) {
      const found = namedChunks(index, hashesOf(`chunk${chunkId}`));
      expect(found.get(chunkId) ?? 0).toBe(chunkId === 2 ? 0 : COUNT);
      found.delete(chunkId);
      expect([...found.values()].reduce((sum, count) => sum + count, 0)).toBeLessThan(COUNT / 1_000);
    }
    grow();
  }
});

const nothing: Fingerprints = { lo: new Uint32Array(0), tags: new Uint8Array(0) };

/** Ids by the chunk that the index names for them. */
function namedChunks(index: FinalIndex, { lo, hi }: IdHashes): Map<number, number> {
  const found = new Map<number, number>();
  lo.forEach((value, row) => {
    const named = new Set<number>();
    index.find(value, tagOf(hi[row] ?? 0), ({ chunkId }) => named.add(chunkId));
    for (const chunkId of named) found.set(chunkId, (found.get(chunkId) ?? 0) + 1);
  });
  return found;
}

test("fingerprints find every id of their chunk and no others", () => {
  const known = hashesOf("known");
  const prints = decodeFingerprints(encodeFingerprints(known));
  const missed = known.lo.findIndex((lo, row) => !hasFingerprint(prints, lo, known.hi[row] ?? 0));
  expect(missed).toBe(-1);
  const strange = hashesOf("strange");
  const claimed = strange.lo.filter((lo, row) => hasFingerprint(prints, lo, strange.hi[row] ?? 0)).length;
  expect(claimed).toBe(0);
});

test("hashes differ by model and by every byte of the id", () => {
  const ids = packTexts(["", "a", "b", "ab", "ba", "aaaa", "aaaaa", "aaaa\u0001", "日本"]);
  const seen = new Set<string>();
  for (const modelId of [1, 2]) {
    const { lo, hi } = hashIds(modelId, ids, 9);
    lo.forEach((value, row) => {
      seen.add(`${value}/${hi[row]}`);
    });
  }
  expect(seen.size).toBe(18);
});
