import { MersenneTwister } from "./mersenne-twister.ts";
import { PermutedCongruential } from "./permuted-congruential.ts";
import { CHANGE_EVERY, PUBLISHED_ROWS, type Stream } from "./published-stream.ts";

const FEATURES = 21;
const PEAKS = [6, 14, 10];
/** The two triangles that are mixed for class 0, 1, 2. */
const PAIRS: ReadonlyArray<readonly [number, number]> = [
  [0, 1],
  [0, 2],
  [1, 2],
];
const CONCEPTS: ReadonlyArray<(height: number) => number> = [
  (height) => height,
  (height) => height + 6,
  (height) => 6 - height,
  (height) => -height,
];

/**
 * WaveformDrift2 of Lukats and others (2024), after Breiman and others (1984): a random mix of two of three triangles and
 * normal noise; a change shifts or mirrors the triangles. It comes after row 0, 5,000, … is drawn, so the first new row is
 * the one after. Written anew, equal to the published rows (as rounded to five digits).
 */
export function waveformDrift(rows = PUBLISHED_ROWS, seed = 2_401_137): Stream {
  const random = new MersenneTwister(seed);
  const switches = new PermutedCongruential(seed);
  const values = new Float64Array(rows * FEATURES);
  const labels = new Uint8Array(rows);
  let concept = 0;
  for (let row = 0; row < rows; row++) {
    const label = random.integer(PAIRS.length);
    labels[row] = label;
    fillRow(random, values.subarray(row * FEATURES, (row + 1) * FEATURES), { label, concept });
    if (row % CHANGE_EVERY === 0) concept = otherConcept(switches, concept);
  }
  return { rows, features: FEATURES, values, labels };
}

function otherConcept(random: PermutedCongruential, before: number): number {
  let drawn = before;
  while (drawn === before) drawn = random.integer(CONCEPTS.length);
  return drawn;
}

function fillRow(
  random: MersenneTwister,
  out: Float64Array,
  { label, concept }: { label: number; concept: number },
): void {
  const share = random.uniform();
  const [first, second] = PAIRS[label] ?? [0, 1];
  const height = CONCEPTS[concept] ?? ((plain: number) => plain);
  const triangle = (which: number, feature: number): number =>
    height(Math.max(0, 6 - Math.abs(feature - (PEAKS[which] ?? 0))));
  for (let feature = 0; feature < FEATURES; feature++) {
    const mix = share * triangle(first, feature) + (1 - share) * triangle(second, feature);
    out[feature] = mix + random.normal();
  }
}
