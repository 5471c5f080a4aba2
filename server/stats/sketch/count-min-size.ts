/**
 * Counters that a Count-Min sketch would need so that an overcount stays within ε of all rows, but for a chance δ:
 * ⌈e ÷ ε⌉ columns of ⌈ln(1 ÷ δ)⌉ rows (Cormode and Muthukrishnan 2005).
 *
 * Here to compare with: the heaviest values are kept by `heavy-hitters.ts`, in less and without chance.
 *
 * @example countMinSize(0.001, 0.01) // { width: 2719, depth: 5 }
 */
export function countMinSize(epsilon: number, delta: number): { width: number; depth: number } {
  return { width: Math.ceil(Math.E / epsilon), depth: Math.ceil(Math.log(1 / delta)) };
}
