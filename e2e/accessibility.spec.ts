import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import type { AlertsAnswer, PredictionsAnswer } from "#server/api/contract.ts";
import { getJson } from "./fixtures/api.ts";
import { expect, test, type World } from "./fixtures/world.ts";
import { Palette } from "./pages/palette.ts";

const PAGES = [
  "/",
  "/alerts",
  "/alerts?status=resolved",
  "/alerts/{alert}",
  "/alerts/{evidence alert}",
  "/models/new",
  "/models/flight-late",
  "/models/flight-late/drift",
  "/models/flight-late/features/temperature",
  "/models/flight-late/features/carrier",
  "/models/flight-late/performance",
  "/models/flight-delay/performance",
  "/models/flight-late/segments",
  "/models/flight-delay/segments?cmp=ref",
  "/models/flight-late/quality",
  "/models/flight-late/fairness",
  "/models/flight-delay/fairness",
  "/models/flight-late/predictions",
  "/models/flight-late/predictions?q=outcome:fn%20orgin:EWR",
  "/models/flight-late/predictions?t=all&row=v2:{prediction}",
  "/models/flight-late/predictions/{prediction}",
  "/models/flight-late/monitors",
  "/models/flight-late/monitors/new",
  "/models/flight-late/monitors/{monitor}",
  "/models/flight-late/monitors/{evidence monitor}",
  "/models/flight-late/settings",
  "/models/no-such-model",
  "/settings/api-keys",
  "/settings/channels",
  "/settings/appearance",
  "/sign-in",
  "/setup",
];
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** The other scheme changes colours and nothing else. */
const COLOUR_RULES = ["color-contrast", "link-in-text-block"];
const DESK = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

/** Puts ids of this very world where a path names one of a kind. */
async function fill(path: string, world: World): Promise<string> {
  if (!path.includes("{")) return path;
  const { alerts } = await getJson<AlertsAnswer>(world, "/api/v1/alerts?model=flight-late&status=all");
  const { rows } = await getJson<PredictionsAnswer>(world, "/api/v1/predictions?model=flight-late&limit=1");
  const alert = alerts.find((one) => one.kind === "breach" && one.feature !== null && one.metric !== "tv");
  const evidence = alerts.find((one) => one.kind === "breach" && one.metric === "tv");
  return path
    .replace("{evidence alert}", evidence?.id ?? "")
    .replace("{evidence monitor}", evidence?.monitorId ?? "")
    .replace("{alert}", alert?.id ?? "")
    .replace("{monitor}", alert?.monitorId ?? "")
    .replace("{prediction}", rows[0]?.prediction_id ?? "");
}

/** Nothing loads any more. The live line never ends, so the network is never idle. */
async function settled(page: Page): Promise<void> {
  await expect(page.locator("main").first()).toBeVisible();
  await expect(page.locator(".skeleton, .page-skeleton, main [aria-busy=true]")).toHaveCount(0, {
    timeout: 20_000,
  });
}

async function violations(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    const axe = new AxeBuilder({ page });
    const { violations } = await (colorScheme === "light"
      ? axe.withTags(RULES)
      : axe.withRules(COLOUR_RULES)
    ).analyze();
    for (const { id, nodes } of violations)
      found.push(`${colorScheme}, ${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
  }
  return found;
}

/** By how many pixels the page is wider than the window. */
function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** In both schemes, on a desk and on a phone. */
async function expectAccessible(page: Page): Promise<void> {
  for (const viewport of [DESK, PHONE]) {
    await page.setViewportSize(viewport);
    await settled(page);
    expect(await violations(page), `${viewport.width} wide`).toEqual([]);
    expect(await overflow(page), `wider than ${viewport.width}`).toBe(0);
  }
}

for (const path of PAGES)
  test(`${path} has no accessibility violation`, async ({ page, world, quietConsole }) => {
    await page.goto(await fill(path, world));
    await expectAccessible(page);
    // A model that is not there is answered with 404, which the browser notes by itself.
    if (path.includes("no-such-model")) quietConsole.splice(0);
  });

/** What opens over a page. */
const OVERLAYS: Record<string, { path: string; open: (page: Page) => Promise<void> }> = {
  "the palette": { path: "/models/flight-late/settings", open: (page) => new Palette(page).open() },
  "the list of keys": { path: "/", open: (page) => page.keyboard.press("?") },
  "the menu of the account": {
    path: "/",
    open: (page) => page.getByRole("button", { name: /: menu$/ }).click(),
  },
  "the time range": {
    path: "/models/flight-late/drift",
    open: (page) => page.getByRole("button", { name: /^Time range/ }).click(),
  },
  "the filters of predictions": {
    path: "/models/flight-late/predictions",
    open: (page) => page.getByRole("button", { name: "Filters", exact: true }).click(),
  },
  "the form of a key": {
    path: "/settings/api-keys",
    open: (page) => page.getByRole("button", { name: "Create key", exact: true }).click(),
  },
  "the silence of an alert": {
    path: "/alerts",
    open: (page) =>
      page
        .getByRole("button", { name: /^Silence/ })
        .first()
        .click(),
  },
  "the table behind a chart": {
    path: "/models/flight-late/performance",
    open: (page) => page.getByRole("button", { name: "Table", exact: true }).first().click(),
  },
};

for (const [name, { path, open }] of Object.entries(OVERLAYS))
  test(`${name} has no accessibility violation`, async ({ page }) => {
    await page.goto(path);
    await settled(page);
    await open(page);
    expect(await violations(page)).toEqual([]);
  });

test("the menu of a phone holds what the side bar holds", async ({ page }) => {
  await page.setViewportSize(PHONE);
  await page.goto("/");
  await settled(page);
  await page.getByRole("button", { name: "Menu", exact: true }).click();
  const menu = page.getByRole("dialog", { name: "Menu" });
  await expect(menu.getByRole("link", { name: "Alerts" })).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await menu.getByRole("link", { name: "Settings" }).click();
  await expect(page).toHaveURL(/\/settings/);
});
