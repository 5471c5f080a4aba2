/**
 * Which places of a growing history are kept: about `perDoubling` for every doubling of their age, so that any history
 * costs a number of places that grows with its logarithm.
 *
 * The distance between those kept is a power of two, 2^⌊log₂ age − log₂ perDoubling⌋ and at least 1, and a place is kept
 * while it is a multiple of it. Distances grow by doubling, so what is kept at one age was kept at every younger one:
 * thinning in place, again and again, loses nothing that a fresh look would keep. `place` ≥ 0 and `age` ≥ 1 are whole.
 *
 * @example staysWhenThinned(6, 10, 4) // true
 */
export function staysWhenThinned(place: number, age: number, perDoubling: number): boolean {
  const level = 31 - Math.clz32(age);
  return place % 2 ** Math.max(0, Math.floor(level - Math.log2(perDoubling))) === 0;
}
