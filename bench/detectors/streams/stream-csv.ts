import { createHash } from "node:crypto";
import type { Stream } from "./published-stream.ts";

/**
 * SHA-256 of the stream as the CSV file it was checked against: a head, `digits` significant digits a value (at least
 * six from 10 on), the class at the end.
 */
export function streamHash(stream: Stream, digits: number): string {
  const hash = createHash("sha256");
  const names = Array.from({ length: stream.features }, (_, feature) => `x${feature}`);
  hash.update(`${[...names, "label"].join(",")}\n`);
  for (let row = 0; row < stream.rows; row++) {
    const cells = Array.from(
      stream.values.subarray(row * stream.features, (row + 1) * stream.features),
      (value) => significant(value, Math.abs(value) >= 10 ? Math.max(digits, 6) : digits),
    );
    hash.update(`${cells.join(",")},${stream.labels[row]}\n`);
  }
  return hash.digest("hex");
}

/** C's `%.<digits>g`: an exponent below 0.0001, no zeros at the end. */
export function significant(value: number, digits: number): string {
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const scientific = value.toExponential(digits - 1);
  const [mantissa = "", power = "0"] = scientific.split("e");
  const exponent = Number(power);
  if (exponent >= -4 && exponent < digits) {
    const fixed = value.toFixed(Math.max(0, digits - 1 - exponent));
    return fixed.includes(".") ? fixed.replace(/\.?0+$/, "") : fixed;
  }
  const short = mantissa.includes(".") ? mantissa.replace(/\.?0+$/, "") : mantissa;
  return `${short}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}
