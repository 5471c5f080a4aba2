import type { Column } from "#server/store/columns.ts";

/** The rows at `positions` of a column, in their order. */
export function selectRows(column: Column, positions: Uint32Array): Column {
  if (column.kind === "category") {
    return { ...column, codes: positions.map((row) => column.codes[row] ?? 0) };
  }
  const values = new Float64Array(positions.length);
  const texts = new Map<number, string>();
  positions.forEach((row, index) => {
    values[index] = column.values[row] ?? Number.NaN;
    const text = column.texts?.get(row);
    if (text !== undefined) texts.set(index, text);
  });
  const states =
    column.states === null ? null : Uint8Array.from(positions, (row) => column.states?.[row] ?? 0);
  return { kind: "number", values, states, texts };
}
