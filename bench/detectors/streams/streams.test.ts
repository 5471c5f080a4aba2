import { expect, test } from "vitest";
import { sineClusters } from "./sine-clusters.ts";
import { significant, streamHash } from "./stream-csv.ts";
import { waveformDrift } from "./waveform-drift.ts";

/** Hashes of the first lines of the files that numpy writes; the bench compares the whole files. */
test("the first thousand rows are those that numpy draws", () => {
  expect(streamHash(sineClusters(1000), 6)).toBe(
    "785a50a7f4f5a4f34466735b13f60ec1d4033ea67438e3357721e82214bd9778",
  );
  expect(streamHash(waveformDrift(1000), 5)).toBe(
    "33fc82bf0ad9a93d25d9bf2be7a1288a35e90baa3abe72bb478a1e7dcea93d9e",
  );
});

test("a shorter stream is the beginning of a longer one", () => {
  expect(sineClusters(100).values).toEqual(sineClusters(6000).values.subarray(0, 400));
});

test.each([
  [0.5, 6, "0.5"],
  [-123.45678, 6, "-123.457"],
  [0.00001234567, 5, "1.2346e-05"],
  [1e-5, 5, "1e-05"],
  [100, 3, "100"],
  [0, 6, "0"],
])("%d in %d digits is %s", (value, digits, text) => {
  expect(significant(value, digits)).toBe(text);
});
