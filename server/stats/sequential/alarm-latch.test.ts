import { expect, test } from "vitest";
import { CLOSED_LATCH, type LatchWindow, latchAlarm } from "./alarm-latch.ts";

const HOUR = 3_600_000;

/** Runs hourly windows, written as a crossing "x", calm ".", evidence but no crossing "+", or too few rows "o". */
function run(pattern: string): string[] {
  let state = CLOSED_LATCH;
  return Array.from(pattern, (sign, index) => {
    const window: LatchWindow = {
      at: index * HOUR,
      logEvidence: sign === "." || sign === "o" ? -1 : 3,
      crossed: sign === "x",
      rows: sign === "o" ? 5 : 500,
    };
    const step = latchAlarm(state, window);
    state = step.state;
    return `${step.event ?? ""}${step.notify ? "!" : ""}${step.restart ? " restart" : ""}`;
  });
}

test("a first crossing opens, later ones are heartbeats of the same alarm, told at most once a day", () => {
  const steps = run(`x+x${"+".repeat(21)}x`);
  expect(steps[0]).toBe("opened! restart");
  expect(steps[2]).toBe("heartbeat restart");
  expect(steps[24]).toBe("heartbeat! restart");
});

test("three calm windows in a row resolve; evidence in between starts the count anew", () => {
  expect(run("x..+...")).toEqual(["opened! restart", "", "", "", "", "", "resolved!"]);
});

test("small windows neither count nor break the row", () => {
  expect(run("x.o.o.").at(-1)).toBe("resolved!");
  expect(run("xooooo").at(-1)).toBe("");
});

test("nothing happens while nothing is open, and a new crossing opens anew", () => {
  expect(run("...")).toEqual(["", "", ""]);
  expect(run("x...x").at(-1)).toBe("opened! restart");
});
