import { PermutedCongruential } from "./permuted-congruential.ts";
import { CHANGE_EVERY, PUBLISHED_ROWS, type Stream } from "./published-stream.ts";
import { zigguratNormal } from "./ziggurat-normal.ts";

const PERIOD = 500;
const FEATURES = 4;
const NOISE = 0.25;
const CENTRES = 6;

type Waves = (sine: number, cosine: number) => readonly [number, number, number, number];
const CONCEPTS: readonly Waves[] = [
  (s, c) => [s, c, s, c],
  (s, c) => [-s, c, s, c],
  (s, c) => [-c, -c, s, c],
];

/**
 * SineClusters of Lukats and others (2024), doi:10.1007/s41060-024-00620-y: noisy waves; a change flips or swaps the first
 * two, so no feature's own distribution changes over whole periods of 500 rows. Written anew, equal to the published
 * rows (as rounded to six digits).
 */
export function sineClusters(rows = PUBLISHED_ROWS, seed = 531_874): Stream {
  const random = new PermutedCongruential(seed);
  const values = new Float64Array(rows * FEATURES);
  const labels = new Uint8Array(rows);
  let concept: number | null = null;
  for (let start = 0; start < rows; start += CHANGE_EVERY) {
    const centres = Array.from({ length: 2 * CENTRES }, () => -1 + 2 * random.uniform());
    concept = otherConcept(random, concept);
    const end = Math.min(start + CHANGE_EVERY, rows);
    fillSegment(random, { values, start, end, waves: CONCEPTS[concept] ?? ((s, c) => [s, c, s, c]) });
    for (let row = start; row < end; row++) labels[row] = nearestCentre(values, row, centres) % 3;
  }
  return { rows, features: FEATURES, values, labels };
}

function otherConcept(random: PermutedCongruential, before: number | null): number {
  let drawn = random.integer(CONCEPTS.length);
  while (drawn === before) drawn = random.integer(CONCEPTS.length);
  return drawn;
}

function fillSegment(
  random: PermutedCongruential,
  segment: { values: Float64Array; start: number; end: number; waves: Waves },
): void {
  const { values, start, end, waves } = segment;
  for (let row = start; row < end; row++) {
    const angle = (row % PERIOD) * ((2 * Math.PI) / PERIOD);
    for (const [feature, wave] of waves(Math.sin(angle), Math.cos(angle)).entries()) {
      values[row * FEATURES + feature] = wave + NOISE * zigguratNormal(random);
    }
  }
}

function nearestCentre(values: Float64Array, row: number, centres: readonly number[]): number {
  const x = values[row * FEATURES] ?? 0;
  const y = values[row * FEATURES + 1] ?? 0;
  let nearest = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let centre = 0; centre < CENTRES; centre++) {
    const distance = Math.hypot(x - (centres[2 * centre] ?? 0), y - (centres[2 * centre + 1] ?? 0));
    if (distance < least) [nearest, least] = [centre, distance];
  }
  return nearest;
}
