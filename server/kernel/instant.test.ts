import { expect, test } from "vitest";
import { parseInstant, readInstant } from "#server/kernel/instant.ts";

test.each([
  ["2013-03-01T00:00:00Z", 1362096000000],
  ["2013-03-01T01:00:00+01:00", 1362096000000],
  ["2013-03-01t00:00:00z", 1362096000000],
  ["2013-03-01 00:00Z", 1362096000000],
  ["2013-03-01T00:00:00.250Z", 1362096000250],
  ["2013-03-01", 1362096000000],
])("%s is read", (text, ms) => {
  expect(readInstant(text)).toBe(ms);
});

test.each([
  "2013-03-01T00:00:00",
  "2013-13-01",
  "2013-02-30T00:00:00Z",
  "yesterday",
  "",
  "1362096000000",
  "2013-03-01T25:00:00Z",
])("%j is refused", (text) => {
  expect(readInstant(text)).toBeNull();
});

test("the refusal names the input and never the value", () => {
  expect(() => parseInstant("ada@example.org", "from")).toThrow(/`from` is not an instant/);
  expect(() => parseInstant("ada@example.org", "from")).not.toThrow(/ada/);
});
