/** The rows that every bench logs: 20 features as services send them (short decimals, counts, categories), random or ordered ids. */

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const ID_LENGTH = 24;

/** Mulberry32: small, fast, and the same rows on every machine for one seed. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function randomId(random: () => number): string {
  let id = "";
  for (let index = 0; index < ID_LENGTH; index++) id += ALPHABET[Math.floor(random() * ALPHABET.length)];
  return id;
}

/** Sorts as its number does: the best case of a B-tree. */
export const orderedId = (index: number) => `id${String(index).padStart(ID_LENGTH - 2, "0")}`;

const CATEGORY_SIZES = {
  country: 24,
  channel: 3,
  device: 7,
  plan: 5,
  campaign: 60,
  region: 12,
  browser: 9,
  merchant: 400,
};
const normal = (random: () => number) => {
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  return radius * Math.cos(2 * Math.PI * random());
};
const skewed = (random: () => number, size: number) => Math.floor(size * random() * random());
const rounded = (value: number, digits: number) => Number(value.toFixed(digits));

export function makeFeatures(random: () => number): Record<string, string | number | null> {
  const features: Record<string, string | number | null> = {
    amount: rounded(Math.exp(3 + normal(random)), 2),
    balance: rounded(1_000 + 900 * normal(random), 2),
    age: Math.floor(18 + 60 * random()),
    tenure_months: Math.floor(120 * random() * random()),
    income: Math.round(38_000 * Math.exp(0.5 * normal(random))),
    utilisation: rounded(random(), 3),
    temperature: rounded(12 + 9 * normal(random), 1),
    distance_km: rounded(40 * random() * random(), 1),
    hour: Math.floor(24 * random()),
    items: 1 + Math.floor(8 * random() * random()),
    speed: random() < 0.15 ? null : rounded(60 + 20 * normal(random), 1),
    score_before: rounded(random(), 4),
  };
  for (const [name, size] of Object.entries(CATEGORY_SIZES))
    features[name] = `${name}-${skewed(random, size)}`;
  return features;
}

export interface BenchRow {
  prediction_id: string;
  ts: number;
  features: Record<string, string | number | null>;
  output: { probability: number };
}

export function makeRow(random: () => number, ts: number, id: string): BenchRow {
  return {
    prediction_id: id,
    ts,
    features: makeFeatures(random),
    output: { probability: rounded(random() ** 2, 4) },
  };
}
