import { readdirSync, readFileSync } from "node:fs";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";

/**
 * Runs every `@example call // result` of the folder. A result is the text after the last `=`, or all of it:
 * JavaScript, or `lo to hi` for an interval, or `k of n` for a ratio. Numbers agree to the digits that are written.
 */
interface Example {
  readonly file: string;
  readonly call: string;
  readonly result: string;
}

const ROOT = new URL("./", import.meta.url);
const FILES = readdirSync(ROOT, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
  .sort();

function examplesOf(file: string): Example[] {
  const text = readFileSync(new URL(file, ROOT), "utf8");
  return [...text.matchAll(/@example (.+?) \/\/ (.+)$/gm)].map(([, call = "", result = ""]) => ({
    file,
    call,
    result: result.split(" = ").at(-1) ?? "",
  }));
}

const EXAMPLES = FILES.flatMap(examplesOf);
const MODULES = Object.fromEntries(
  await Promise.all(FILES.map(async (file) => [file, await import(new URL(file, ROOT).href)])),
);
const EVERYTHING = Object.assign({}, ...Object.values(MODULES));

function expected(result: string): unknown {
  const pair = /^(-?[\d.]+) (to|of) (-?[\d.]+)$/.exec(result);
  if (pair === null) return runInNewContext(`(${result})`);
  const [first, second] = [Number(pair[1]), Number(pair[3])];
  return pair[2] === "to" ? { lo: first, hi: second } : { successes: first, trials: second };
}

/** Half a unit of the last digit that any number of the text shows. */
function toleranceOf(result: string): number {
  const digits = [...result.matchAll(/\d+\.(\d+)(e-?\d+)?/g)].map(([, decimals = "", exponent = "e0"]) => {
    return decimals.length - Number(exponent.slice(1));
  });
  return digits.length === 0 ? 1e-12 : 0.6 * 10 ** -Math.min(...digits);
}

function expectAlike(got: unknown, wanted: unknown, tolerance: number): void {
  if (typeof wanted === "number") {
    expect(Math.abs(Number(got) - wanted)).toBeLessThanOrEqual(tolerance);
  } else if (typeof wanted === "object" && wanted !== null) {
    for (const [key, value] of Object.entries(wanted)) expectAlike(Object(got)[key], value, tolerance);
    if (Array.isArray(wanted)) expect(Object(got).length).toBe(wanted.length);
  } else {
    expect(got).toEqual(wanted);
  }
}

test.each(EXAMPLES)("$call", ({ call, result }) => {
  const got = runInNewContext(call, { ...EVERYTHING, Float64Array });
  expectAlike(got, expected(result), Math.max(toleranceOf(result), 1e-14));
});

test("every function of the folder that is exported has an example", () => {
  const shown = new Set(EXAMPLES.map(({ call }) => /^\w+/.exec(call)?.[0]));
  const functions = Object.entries(EVERYTHING).filter(([, value]) => typeof value === "function");
  expect(functions.map(([name]) => name).filter((name) => !shown.has(name))).toEqual([]);
});
