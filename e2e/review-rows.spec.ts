import type { AlertListItem, AlertsAnswer, PredictionRow, PredictionsAnswer } from "#server/api/contract.ts";
import { askApi, getJson } from "./fixtures/api.ts";
import { expect, test, type World } from "./fixtures/world.ts";
import { AlertInbox, AlertView } from "./pages/alerts.ts";
import { FilterPanel, PredictionBrowser } from "./pages/predictions.ts";

/** A week in which the model was worse than its limit; every history of flights has one. */
async function worstWeek(world: World): Promise<AlertListItem> {
  const { alerts } = await getJson<AlertsAnswer>(
    world,
    "/api/v1/alerts?model=flight-late&status=all&limit=200",
  );
  const found = alerts.find((alert) => alert.metric === "roc_auc" && alert.kind === "breach");
  if (found === undefined) throw new Error("No alert about ROC AUC in the history.");
  return found;
}

/** All rows of a search, page by page, as a service would read them. */
async function readRows(world: World, query: string): Promise<PredictionRow[]> {
  const rows: PredictionRow[] = [];
  let cursor: string | null = null;
  do {
    const more: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const answer: PredictionsAnswer = await getJson(world, `/api/v1/predictions?${query}&limit=500${more}`);
    rows.push(...answer.rows);
    cursor = answer.cursor;
  } while (cursor !== null);
  return rows;
}

test("from an alert to the rows behind it, filtered, walked through and exported", async ({
  page,
  world,
}) => {
  const alert = await worstWeek(world);
  const rows = new PredictionBrowser(page);

  await test.step("the alert lists the first rows behind it and leads to all", async () => {
    const inbox = await AlertInbox.open(page, `?model=flight-late&status=${alert.status}`);
    await inbox.page.locator(`a[href="/alerts/${alert.id}"]`).click();
    await expect(new AlertView(page).rowsBehind.first()).toBeVisible();
    await page.getByRole("link", { name: "Open all" }).click();
    await rows.settled();
    await expect(rows.answer).toContainText(/[\d,]+ predictions/);
  });

  await test.step("the filter panel writes the query that could have been typed", async () => {
    const panel = await FilterPanel.open(page);
    await panel.field("carrier").getByRole("checkbox", { name: "UA", exact: true }).check();
    await panel.field("distance").getByLabel("distance from").fill("1000");
    await panel.field("distance").getByLabel("distance to").fill("1500");
    await panel.find.fill("label");
    await panel.field("label").getByLabel("label: another value").fill("1");
    await panel.field("label").getByLabel("label: another value").press("Enter");
    await panel.done();
    await rows.settled();
    for (const word of ["carrier:UA", "distance:1000..1500", "label:1"])
      await expect(rows.chip(word)).toBeVisible();
    await expect(page).toHaveURL(/q=.*carrier(:|%3A)UA/);
  });

  const where = "carrier=UA,distance>=1000,distance<=1500,label=1";
  const address = new URL(page.url()).searchParams;
  const [from = "", to = ""] = (address.get("t") ?? "").split("..");
  const query = new URLSearchParams({ model: "flight-late", from, to, where });
  const version = address.get("v");
  if (version !== null) query.set("version", version);
  const expected = await readRows(world, query.toString());
  const ids = expected.map((row) => row.prediction_id);

  await test.step("the page finds what the API finds", async () => {
    expect(expected.length).toBeGreaterThan(20);
    await rows.loadAll();
    await expect(rows.answer).toContainText(`${expected.length.toLocaleString("en-US")} predictions match`);
    await expect(rows.rows).toHaveCount(expected.length);
    expect(await rows.rows.locator("a[data-row]").allTextContents()).toEqual(ids);
    for (const row of expected) {
      expect(row.features.carrier).toBe("UA");
      expect(Number(row.features.distance)).toBeGreaterThanOrEqual(1000);
      expect(Number(row.features.distance)).toBeLessThanOrEqual(1500);
    }
  });

  await test.step("one opens by keyboard, and its neighbours after it", async () => {
    await page.getByRole("heading", { level: 1 }).click();
    await page.keyboard.press("j");
    await expect(rows.rows.first().locator("a[data-row]")).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(rows.opened).toHaveText(ids[0] ?? "");
    await expect(rows.opened).toBeFocused();
    await expect(rows.step("Newer")).toHaveAttribute("aria-disabled", "true");
    await rows.step("Older").click();
    await expect(rows.opened).toHaveText(ids[1] ?? "");
    await page.keyboard.press("Shift+J");
    await expect(rows.opened).toHaveText(ids[2] ?? "");
    await page.keyboard.press("Shift+K");
    await expect(rows.opened).toHaveText(ids[1] ?? "");
    await page.goBack();
    await expect(rows.opened).toHaveText(ids[2] ?? "");
    await page.keyboard.press("Escape");
    await expect(rows.drawer).toBeHidden();
    await expect(rows.rows.nth(2).locator("a[data-row]")).toBeFocused();
  });

  await test.step("NDJSON and CSV hold the same rows in the same order", async () => {
    const lines = (await rows.exported("NDJSON")).trim().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual(expected);
    const [head = "", ...csv] = (await rows.exported("CSV")).trim().split("\n");
    const at = head.split(",").indexOf("prediction_id");
    expect(csv.map((line) => line.split(",")[at])).toEqual(ids);
  });
});

test("a prediction has a page of its own, which leads back to the list", async ({ page, world }) => {
  const { rows } = await getJson<PredictionsAnswer>(world, "/api/v1/predictions?model=flight-late&limit=1");
  const id = rows[0]?.prediction_id ?? "";
  const browser = await PredictionBrowser.open(page, "flight-late", `?t=all&q=id:${id}`);
  await expect(browser.rows).toHaveCount(1);
  await browser.rows.first().locator("a[data-row]").click();
  await browser.drawer.getByRole("link", { name: "Open full page" }).click();
  await expect(page).toHaveURL(new RegExp(`/predictions/${id}`));
  await expect(page.getByRole("heading", { level: 2, name: id })).toBeVisible();
  await expect(browser.answer).toContainText("hourly_departures");
  await page.getByRole("link", { name: "Show in the list" }).click();
  await browser.settled();
  await expect(browser.rows).toHaveCount(1);
});

test("words that cannot be read are explained and left out, and the rest still runs", async ({ page }) => {
  const query = encodeURIComponent("carrier:UA distance:far origin:>5 outcome:tpp after:soon");
  const browser = await PredictionBrowser.open(page, "flight-late", `?t=30d&q=${query}`);
  const problems = page.locator(".query-problems");
  await expect(problems).toContainText("“distance:far” is left out: distance is a number.");
  await expect(problems).toContainText("“origin:>5” is left out: origin is a category");
  await expect(problems).toContainText("“outcome:tpp” is left out: “outcome” takes tp, fp, fn or tn.");
  await expect(problems).toContainText("“after:soon” is left out: “after” takes a date");
  await expect(browser.rows.first()).toContainText("UA");
  await browser.chip("distance:far").click();
  await expect(problems).not.toContainText("distance");
});

test("a search that the server cannot read is refused in words, not with an error page", async ({
  world,
}) => {
  const answer = await askApi(world, "/api/v1/predictions?model=flight-late&where=distanse%3E5");
  expect(answer.status).toBe(400);
  const problem = (await answer.json()) as { detail: string };
  expect(problem.detail).toContain("distance");
});
