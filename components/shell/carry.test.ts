import { expect, test } from "vitest";
import { carry, modelPath } from "#components/shell/carry.ts";
import { zoneOf } from "#components/shell/zone.ts";

test("chosen parts of the address go along, and the link's own win", () => {
  const current = new URLSearchParams("t=7d&v=v2&q=x");
  expect(carry("/models/m/drift", current, ["t", "v"])).toBe("/models/m/drift?t=7d&v=v2");
  expect(carry("/models/m/drift?t=30d", current, ["t"])).toBe("/models/m/drift?t=30d");
  expect(carry("/models/m", new URLSearchParams(), ["t"])).toBe("/models/m");
});

test("names of any kind are safe in a path", () => {
  expect(modelPath("a/b c", "features", "x?y")).toBe("/models/a%2Fb%20c/features/x%3Fy");
});

test("an unknown zone reads as UTC", () => {
  expect(zoneOf("utc", "Europe/Oslo")).toBe("UTC");
  expect(zoneOf("local", "Europe/Oslo")).toBe("Europe/Oslo");
  expect(zoneOf("America/New_York", "UTC")).toBe("America/New_York");
  expect(zoneOf("Mars/Base", "Europe/Oslo")).toBe("UTC");
});
