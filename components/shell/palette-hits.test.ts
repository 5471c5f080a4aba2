import { expect, test } from "vitest";
import { matchScore, type PaletteEntry, paletteHits } from "#components/shell/palette-hits.ts";

const entry = (label: string, group: PaletteEntry["group"] = "Models"): PaletteEntry => ({
  id: label,
  group,
  label,
  href: `/${label}`,
});

test("letters must occur in order", () => {
  expect(matchScore("flight-late", "flate")).not.toBeNull();
  expect(matchScore("flight-late", "etal")).toBeNull();
});

test("starts of words win over letters in between", () => {
  const [first] = paletteHits([entry("default"), entry("flight-delay")], "fd");
  expect(first?.label).toBe("flight-delay");
});

test("a name that matches comes before words beside a name", () => {
  const beside = { ...entry("flight-delay"), end: "By how many minutes will it arrive late?" };
  const hits = paletteHits([beside, entry("destination", "Features")], "dest");
  expect(hits.map((hit) => hit.label)).toEqual(["destination", "flight-delay"]);
});

test("hits stay in their groups, and their number is bounded", () => {
  const many = Array.from({ length: 100 }, (_, i) => entry(`model-${i}`));
  const hits = paletteHits([entry("Alerts", "Pages"), ...many], "");
  expect(hits.length).toBe(40);
  expect(hits[hits.length - 1]?.group).toBe("Pages");
});
