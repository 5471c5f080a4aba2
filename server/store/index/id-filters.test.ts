import { expect, test } from "vitest";
import { ScalableBloom } from "#server/store/index/blocked-bloom.ts";
import {
  decodeFingerprints,
  encodeFingerprints,
  hasFingerprint,
  tagOf,
} from "#server/store/index/fingerprints.ts";
import { hashIds } from "#server/store/index/id-hash.ts";
import { packTexts } from "#server/store/rows/text-column.ts";

const COUNT = 60_000;

function hashesOf(prefix: string) {
  const ids = Array.from({ length: COUNT }, (_, index) => `${prefix}-${index}`);
  return hashIds(1, packTexts(ids), COUNT);
}

test("a filter never denies an id that it holds and seldom claims one that it does not", () => {
  const filter = new ScalableBloom();
  const known = hashesOf("known");
  for (let row = 0; row < COUNT; row++) filter.add(known.lo[row] ?? 0, tagOf(known.hi[row] ?? 0));
  const missed = known.lo.findIndex((lo, row) => !filter.has(lo, tagOf(known.hi[row] ?? 0)));
  expect(missed).toBe(-1);
  const strange = hashesOf("strange");
  const claimed = strange.lo.filter((lo, row) => filter.has(lo, tagOf(strange.hi[row] ?? 0))).length;
  expect(claimed).toBeLessThan(COUNT / 300);
});

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
