import { expect, test } from "vitest";
import { judgeLabel } from "#server/store/labels/label-rules.ts";

const stored = { value: 1, ts: 100, receivedAt: 5 };
const incoming = { value: 1, ts: 100, receivedAt: 9, tsFromServer: false };

test.each([
  ["the first", null, incoming, "applied"],
  ["the same again", stored, incoming, "duplicate"],
  ["the same value without a time", stored, { ...incoming, ts: 900, tsFromServer: true }, "duplicate"],
  ["another value without a time", stored, { ...incoming, value: 0, ts: 900, tsFromServer: true }, "applied"],
  ["another value at the same time", stored, { ...incoming, value: 0 }, "applied"],
  ["the same value later", stored, { ...incoming, ts: 101 }, "applied"],
  ["another value earlier", stored, { ...incoming, value: 0, ts: 99 }, "superseded"],
  ["the number as a text", stored, { ...incoming, value: "1" }, "applied"],
])("%s", (_, current, label, verdict) => {
  expect(judgeLabel(current, label)).toBe(verdict);
});
