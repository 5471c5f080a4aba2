/**
 * Whole steps that add up to a given whole: each value rounded, and the few that have to move are those nearest to the
 * other side. A column of rounded numbers whose total does not add up is a question that nobody should have to ask.
 */
export function roundToSum(values: readonly number[], total: number): number[] {
  const rounded = values.map((value) => Math.round(value));
  const off = total - rounded.reduce((sum, value) => sum + value, 0);
  const by = Math.sign(off);
  const order = values
    .map((value, index) => ({ index, room: by * (value - (rounded[index] ?? 0)) }))
    .sort((a, b) => b.room - a.room || a.index - b.index);
  for (let left = Math.abs(off), place = 0; left > 0 && order.length > 0; left--, place++) {
    const index = order[place % order.length]?.index ?? 0;
    rounded[index] = (rounded[index] ?? 0) + by;
  }
  return rounded.map((value) => value + 0);
}
