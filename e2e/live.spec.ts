import type { Page } from "@playwright/test";
import { type Flight, NextFlights } from "./fixtures/next-flights.ts";
import { expect, test } from "./fixtures/world.ts";
import { Chart } from "./pages/chart.ts";
import { PredictionBrowser } from "./pages/predictions.ts";
import { Shell } from "./pages/shell.ts";

/** That it comes by push is tested here; how fast is measured by the bench (`push`), where the machine's load is known. */
const PUSH_MS = 15_000;
const DAY_MS = 86_400_000;

/** The day that a flight is of, as the address writes a range. */
function dayOf(flight: Flight | undefined): string {
  const from = Math.floor(Date.parse(flight?.ts ?? "") / DAY_MS) * DAY_MS;
  return `${new Date(from).toISOString()}..${new Date(from + DAY_MS).toISOString()}`;
}

/** A page that was loaded again has forgotten this mark. */
async function markPage(page: Page): Promise<() => Promise<void>> {
  await page.evaluate(() => document.body.setAttribute("data-first-load", ""));
  return async () => expect(await page.locator("body[data-first-load]").count()).toBe(1);
}

const integer = (text: string | null | undefined) => Number((text ?? "").replaceAll(",", "") || "0");

test("a logged flight moves the charts of the open page", async ({ page, world }) => {
  const flights = await NextFlights.after(world, "flight-late");
  const day = dayOf(flights.peek(1)[0]);
  await page.goto(`/models/flight-late?t=${day}&w=1h`);
  await expect(new Shell(page).liveChip).toContainText("Live");
  const isStillThere = await markPage(page);
  const chart = new Chart(page, "Rows and labels by hour");

  await test.step("the picture says the new total", async () => {
    await expect(chart.picture).toHaveAccessibleName(/Rows of flight-late/);
    const before = await totalOf(chart);
    const logged = (await flights.log(3)).filter((flight) => dayOf(flight) === day).length;
    await expect.poll(() => totalOf(chart), { timeout: PUSH_MS }).toBe(before + logged);
  });

  await test.step("the number of the flight's own hour grows", async () => {
    await chart.showTable();
    const [next] = flights.peek(1);
    const hour = new RegExp(` ${next?.ts.slice(11, 13)}:00–`);
    const row = chart.rows.filter({ has: page.getByRole("rowheader", { name: hour }) });
    const before = (await row.count()) === 0 ? 0 : integer(await row.getByRole("cell").first().textContent());
    await flights.log(1);
    await expect(row.getByRole("cell").first()).toHaveText(String(before + 1), { timeout: PUSH_MS });
  });
  await isStillThere();
});

/** `Rows of flight-late, 29 Dec 00:00 – 30 Dec 00:00: 812, 40 % labelled.` */
async function totalOf(chart: Chart): Promise<number> {
  const words = (await chart.picture.getAttribute("aria-label")) ?? "";
  return integer(/: ([\d,]+)(?:,|\.) ?[^:]*$/.exec(words)?.[1]);
}

test("new rows wait behind a button and come in when asked for", async ({ page, world }) => {
  const flights = await NextFlights.after(world, "flight-late");
  const day = dayOf(flights.peek(1)[0]);
  const browser = await PredictionBrowser.open(page, "flight-late", `?t=${day}`);
  await expect(browser.liveChip).toContainText("Live");
  const isStillThere = await markPage(page);
  const first = (await browser.rows.count()) === 0 ? null : await browser.rows.first().textContent();
  const logged = (await flights.log(2)).filter((flight) => dayOf(flight) === day);
  const pill = page.getByRole("button", { name: /\d+ new · Show/ });
  await expect(pill).toContainText(`${logged.length} new`, { timeout: PUSH_MS });
  if (first !== null) await expect(browser.rows.first()).toHaveText(first);
  await pill.click();
  for (const { prediction_id } of logged)
    await expect(browser.rows.filter({ hasText: prediction_id })).toHaveCount(1);
  await expect(pill).toBeHidden();
  await isStillThere();
});

test("a reader can hold the page still, and lets the news in again", async ({ page, world }) => {
  const flights = await NextFlights.after(world, "flight-late");
  const day = dayOf(flights.peek(1)[0]);
  await page.goto(`/models/flight-late?t=${day}&w=1h`);
  const { liveChip } = new Shell(page);
  await expect(liveChip).toContainText("Live");
  const chart = new Chart(page, "Rows and labels by hour");
  await expect(chart.picture).toHaveAccessibleName(/Rows of flight-late/);
  const before = await totalOf(chart);

  await liveChip.click();
  await expect(liveChip).toContainText("Paused");
  const logged = (await flights.log(2)).filter((flight) => dayOf(flight) === day).length;
  expect(await totalOf(chart)).toBe(before);
  await liveChip.click();
  await expect(liveChip).toContainText("Live");
  await expect.poll(() => totalOf(chart)).toBe(before + logged);
});

test("a live line that the server refuses is asked for again", async ({ page, quietConsole }) => {
  await page.route(/live\.changes/, (route) => route.fulfill({ status: 502 }), { times: 1 });
  await page.goto("/models/flight-late");
  const { liveChip } = new Shell(page);
  await expect(liveChip).toContainText("Live", { timeout: 20_000 });
  expect(quietConsole.splice(0).filter((text) => !text.includes("502"))).toEqual([]);
});
