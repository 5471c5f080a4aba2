import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures/world.ts";

const PAGES = [
  "/",
  "/alerts",
  "/alerts?status=resolved",
  "/models/new",
  "/models/flight-late",
  "/models/flight-late/drift",
  "/models/flight-late/features/temperature",
  "/models/flight-late/performance",
  "/models/flight-delay/performance",
  "/models/flight-late/predictions",
  "/models/flight-late/predictions?q=outcome:fn%20orgin:EWR",
  "/models/flight-late/monitors",
  "/models/flight-late/monitors/new",
  "/models/flight-late/settings",
  "/models/no-such-model",
  "/settings/api-keys",
  "/settings/channels",
  "/settings/appearance",
  "/sign-in",
  "/setup",
];
/** Nothing loads any more. The live line never ends, so the network is never idle. */
async function settled(page: Page): Promise<void> {
  await expect(page.locator("main").first()).toBeVisible();
  await expect(page.locator(".skeleton, main [aria-busy=true]")).toHaveCount(0, { timeout: 20_000 });
}

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

for (const colorScheme of ["light", "dark"] as const)
  for (const path of PAGES)
    test(`${path} has no accessibility violation, ${colorScheme}`, async ({ page, quietConsole }) => {
      // A model that is not there is answered with 404, which the browser logs by itself.
      await page.emulateMedia({ colorScheme });
      await page.goto(path);
      await settled(page);
      const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
      expect(
        violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`),
      ).toEqual([]);
      if (path.includes("no-such-model")) (quietConsole as string[]).splice(0);
    });

for (const path of [
  "/alerts",
  "/models/flight-late/performance",
  "/models/flight-late/predictions",
  "/models/flight-late/monitors/new",
])
  test(`${path} needs no sideways scrolling on a phone`, async ({ page }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(path);
    await settled(page);
    const wider = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(wider).toBe(0);
  });
