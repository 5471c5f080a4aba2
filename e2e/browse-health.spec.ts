import type { MetricsAnswer } from "#server/api/contract.ts";
import { getJson } from "./fixtures/api.ts";
import { expect, test } from "./fixtures/world.ts";
import { Chart } from "./pages/chart.ts";
import { Palette } from "./pages/palette.ts";
import { Shell } from "./pages/shell.ts";
import { TimeBar } from "./pages/time-bar.ts";

test("from the fleet to a feature without a mouse", async ({ page }) => {
  const shell = new Shell(page);
  const palette = new Palette(page);

  await test.step("the skip link leads past the bars to the answer", async () => {
    await page.goto("/");
    await expect(shell.answer).toContainText(/model/);
    await page.keyboard.press("Tab");
    await expect(page.getByRole("link", { name: "Skip to answer" })).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(shell.answer).toBeFocused();
  });

  await test.step("j and k walk through the fleet, Enter opens a model", async () => {
    await page.keyboard.press("j");
    const models = page.getByRole("region", { name: "Models" }).getByRole("rowheader").getByRole("link");
    await expect(models.first()).toBeFocused();
    const second = await models.nth(1).textContent();
    await page.keyboard.press("j");
    await expect(models.nth(1)).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(new RegExp(`/models/${second}$`));
  });

  await test.step("the palette goes to another model, and to its features", async () => {
    await palette.jump("late", "flight-late");
    await expect(page).toHaveURL(/\/models\/flight-late$/);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Will the flight be 15 minutes late?");
    await palette.jump("temper", "temperature");
    await expect(page).toHaveURL(/\/features\/temperature/);
    await expect(shell.answer).toContainText("temperature");
  });

  await test.step("Escape leaves the palette, and what does not exist is said", async () => {
    await palette.open();
    await page.keyboard.type("zeppelin");
    await expect(palette.dialog).toContainText("Nothing matches “zeppelin”.");
    await page.keyboard.press("Escape");
    await expect(palette.dialog).toBeHidden();
  });

  await test.step("arrow keys read a chart window by window", async () => {
    const chart = new Chart(page, /^PSI by/);
    await chart.picture.focus();
    await page.keyboard.press("End");
    await expect(chart.readout).toContainText(/: \d+\.\d\d/);
    const last = (await chart.readout.textContent()) ?? "";
    await page.keyboard.press("ArrowLeft");
    await expect(chart.readout).not.toHaveText(last);
    await page.keyboard.press("Escape");
    await expect(chart.readout).toHaveText("");
  });

  await test.step("one letter opens each page of the model", async () => {
    await page.keyboard.press("d");
    await expect(page).toHaveURL(/\/drift/);
    await expect(shell.answer).toContainText(/\w/);
    await page.keyboard.press("p");
    await expect(page).toHaveURL(/\/performance/);
    await expect(shell.answer).toContainText("AUC");
    await page.keyboard.press("?");
    await expect(page.getByRole("dialog", { name: "Keys" })).toBeVisible();
    await page.keyboard.press("Escape");
    await page.keyboard.press("g");
    await page.keyboard.press("a");
    await expect(page).toHaveURL(/\/alerts$/);
  });
});

test("arrows move through the ranking of drift, and the picture beside it follows", async ({ page }) => {
  await page.goto("/models/flight-late/drift?t=90d");
  const names = page.getByRole("region", { name: "Features by drift" }).locator("th button");
  await expect(names.first()).toHaveAttribute("aria-pressed", "true");
  const second = (await names.nth(1).textContent()) ?? "";
  await names.first().focus();
  await page.keyboard.press("ArrowDown");
  await expect(names.nth(1)).toBeFocused();
  await expect(names.nth(1)).toHaveAttribute("aria-pressed", "true");
  const beside = page.getByRole("region", { name: second, exact: true });
  await expect(beside).toBeVisible();
  await beside.getByRole("link", { name: "Open" }).click();
  await expect(page).toHaveURL(new RegExp(`/features/${second}\\?.*t=90d`));
});

test("menus open, move and close by keyboard", async ({ page }) => {
  const time = new TimeBar(page);
  await page.goto("/models/flight-late/predictions");

  await test.step("the chosen entry has the focus, arrows move, Enter takes", async () => {
    await time.choice("Version").press("Enter");
    const entries = time.bar.getByRole("menuitemradio");
    await expect(entries.filter({ hasText: "champion of each instant" })).toBeFocused();
    await page.keyboard.press("ArrowDown");
    await expect(entries.nth(1)).toBeFocused();
    const version = /v\d/.exec((await entries.nth(1).textContent()) ?? "")?.[0];
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(new RegExp(`v=${version}`));
    await expect(time.choice("Version")).toContainText(version ?? "");
  });

  await test.step("Escape closes it and nothing else, and gives the focus back", async () => {
    const button = page.getByRole("button", { name: "Export" });
    await button.press("Enter");
    await expect(page.getByRole("menuitem", { name: "CSV", exact: true })).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("menuitem", { name: "CSV", exact: true })).toBeHidden();
    await expect(button).toBeFocused();
  });
});

test("range and version go along from page to page, and back takes them out", async ({ page }) => {
  const shell = new Shell(page);
  const time = new TimeBar(page);
  const kept = /\?(?=.*\bt=90d\b)(?=.*\bv=v2\b)/;
  await page.goto("/models/flight-late");

  await test.step("what is chosen is in the address", async () => {
    await time.chooseRange("Last 90 days");
    await expect(page).toHaveURL(/t=90d/);
    await time.choose("Version", /^v2/);
    await expect(page).toHaveURL(kept);
  });
  await test.step("every page of the model keeps it", async () => {
    for (const tab of ["Drift", "Performance", "Predictions", "Overview"]) {
      await shell.tab(tab).click();
      await expect(shell.tab(tab)).toHaveAttribute("aria-current", "page");
      await expect(page).toHaveURL(kept);
      await expect(time.choice("Version")).toContainText("v2");
    }
  });
  await test.step("a reload shows the same", async () => {
    await page.reload();
    await expect(time.choice("Version")).toContainText("v2");
    await expect(time.range).toContainText(/\w/);
    await expect(page).toHaveURL(kept);
  });
  await test.step("back undoes the choice of version", async () => {
    await time.choose("Version", /^v1/);
    await expect(page).toHaveURL(/v=v1/);
    await page.goBack();
    await expect(page).toHaveURL(kept);
    await expect(time.choice("Version")).toContainText("v2");
  });
});

for (const { path, title, metric, feature, digits } of [
  {
    path: "/models/flight-late/performance?",
    title: /^By week/,
    metric: "roc_auc",
    feature: null,
    digits: 3,
  },
  {
    path: "/models/flight-late/features/temperature?",
    title: /^PSI by week/,
    metric: "psi@10",
    feature: "temperature",
    digits: 2,
  },
])
  test(`the table behind the chart of ${metric} says what the API says`, async ({ page, world }) => {
    const from = new Date(Date.parse("2013-10-07T00:00:00Z") + world.shiftMs).toISOString();
    const to = new Date(Date.parse("2013-12-02T00:00:00Z") + world.shiftMs).toISOString();
    const query = new URLSearchParams({ metric, window: "7d", from, to });
    if (feature !== null) query.set("feature", feature);
    const { points } = await getJson<MetricsAnswer>(world, `/api/v1/models/flight-late/metrics?${query}`);
    expect(points).toHaveLength(8);

    await page.goto(`${path}t=${from}..${to}&w=7d`);
    const chart = new Chart(page, title);
    await chart.showTable();
    await expect(chart.rows).toHaveCount(points.length);
    for (const [at, point] of points.entries()) {
      const cells = await chart.rows.nth(at).getByRole("cell").allTextContents();
      const [version, value, interval, rows] = cells;
      expect(version).toBe(point.version);
      expect(Math.abs(Number(value) - (point.value ?? Number.NaN))).toBeLessThanOrEqual(
        0.501 * 10 ** -digits,
      );
      expect(interval).toMatch(/^\d+\.\d+–\d+\.\d+$/);
      expect(Number(rows?.replaceAll(",", ""))).toBe(point.nCur);
    }
    const saved = await chart.download();
    expect(saved.map((line) => [line.start, Number(line[metric]), Number(line.lo), Number(line.n)])).toEqual(
      points.map((point) => [point.from, point.value, point.ci?.lo, point.nCur]),
    );
  });
