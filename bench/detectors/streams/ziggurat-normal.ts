import type { PermutedCongruential } from "./permuted-congruential.ts";

const STRIPS = 256;
/** Where the tail begins. */
const EDGE = 3.654152885361009;
/** Area of every strip, the tail included in the lowest. */
const AREA = 0.00492867323399;
const SCALE = 2 ** 52;

interface Strips {
  readonly widths: Float64Array;
  readonly heights: Float64Array;
  /** Draws below are inside the strip wherever they are in height. */
  readonly safe: Float64Array;
}

const density = (x: number): number => Math.exp(-0.5 * x * x);

/** Strip 255 ends at the tail, strip 1 at the top; strip 0 is the lowest with the tail. */
function makeStrips(): Strips {
  const widths = new Float64Array(STRIPS);
  const heights = new Float64Array(STRIPS);
  const safe = new Float64Array(STRIPS);
  let x = EDGE;
  for (let strip = STRIPS - 1; strip >= 1; strip--) {
    widths[strip] = x / SCALE;
    heights[strip] = density(x);
    const above = strip > 1 ? Math.sqrt(-2 * Math.log(AREA / x + density(x))) : 0;
    safe[strip] = (above / x) * SCALE;
    x = above;
  }
  const base = AREA / density(EDGE);
  widths[0] = base / SCALE;
  heights[0] = 1;
  safe[0] = (EDGE / base) * SCALE;
  return { widths, heights, safe };
}

const STRIPS_OF_NORMAL = makeStrips();

/** `standard_normal()` of numpy's newer generators: Marsaglia and Tsang's ziggurat with 256 strips. */
export function zigguratNormal(random: PermutedCongruential): number {
  const { widths, heights, safe } = STRIPS_OF_NORMAL;
  for (;;) {
    const word = random.nextWord();
    const strip = Number(word & 0xffn);
    const place = Number((word >> 9n) & 0xfffffffffffffn);
    const size = place * (widths[strip] ?? 0);
    const x = ((word >> 8n) & 1n) === 1n ? -size : size;
    if (place < (safe[strip] ?? 0)) return x;
    if (strip === 0) return tail(random, ((word >> 17n) & 1n) === 1n);
    const height = ((heights[strip - 1] ?? 0) - (heights[strip] ?? 0)) * random.uniform();
    if (height + (heights[strip] ?? 0) < density(x)) return x;
  }
}

function tail(random: PermutedCongruential, negative: boolean): number {
  for (;;) {
    const x = -Math.log1p(-random.uniform()) / EDGE;
    const y = -Math.log1p(-random.uniform());
    if (y + y > x * x) return negative ? -(EDGE + x) : EDGE + x;
  }
}
