import type { QualityAnswer } from "#server/api/contracts/quality.ts";
import { getJson } from "./fixtures/api.ts";
import { expect, test } from "./fixtures/world.ts";
import { Shell } from "./pages/shell.ts";

/** The weather stations sent nothing for a whole hour. */
const OUTAGE = Date.parse("2013-08-19T21:00:00Z");
const THANKSGIVING = Date.parse("2013-11-28T00:00:00Z");
const DAY = 86_400_000;

test("data quality: does it arrive, is it complete, which feature was broken when", async ({
  page,
  world,
}) => {
  const shell = new Shell(page);
  const range = (from: number, days: number) => {
    const at = (ms: number) => new Date(ms + world.shiftMs).toISOString().slice(0, 10);
    return `t=${at(from)}..${at(from + days * DAY)}`;
  };
  const violations = page.getByRole("region", { name: "Violations" }).last();

  await test.step("the page opens with a sentence: rows that were sent just now with old times are late data", async () => {
    await page.goto("/models/flight-late");
    await shell.tab("Quality").click();
    await expect(page).toHaveURL(/\/quality/);
    await expect(shell.answer).toContainText(/Late data: rows still arrive, but with old times/);
    await expect(shell.answer).toContainText("none reports it");
    await expect(page.getByRole("figure", { name: /Volume by/ })).toBeVisible();
  });

  await test.step("a holiday is out of season", async () => {
    await page.goto(`/models/flight-late/quality?${range(THANKSGIVING - 10 * DAY, 20)}&w=1d`);
    const volume = page.getByRole("figure", { name: "Volume by day" });
    await volume.getByRole("button", { name: "Table" }).click();
    await expect(volume.getByRole("row", { name: /672/ })).toContainText("low");
  });

  await test.step("an hour without weather is found, feature by feature, and named", async () => {
    await page.goto(`/models/flight-late/quality?${range(OUTAGE - 7 * DAY, 9)}&w=1h`);
    const temperature = violations.getByRole("row").filter({ hasText: "temperature" });
    await expect(temperature).toContainText("61 of 61");
    await expect(temperature).toContainText("1 whole hour");
    await expect(
      page.getByRole("img", { name: /^temperature missing: beyond its limit in 1 of/ }),
    ).toBeVisible();
  });

  await test.step("the numbers are those of the API", async () => {
    const [from, to] = [OUTAGE, OUTAGE + 3_600_000].map((ms) => new Date(ms + world.shiftMs).toISOString());
    const answer = await getJson<QualityAnswer>(
      world,
      `/api/v1/models/flight-late/quality?window=1h&from=${from}&to=${to}`,
    );
    const found = answer.violations.find(({ feature }) => feature === "humidity");
    expect(found).toMatchObject({ check: "missing", now: true, bad: 61, n: 61 });
  });

  await test.step("j and k move along the violations, Enter opens the feature", async () => {
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("k");
    const first = violations.getByRole("rowheader").first();
    await expect(first.getByRole("link")).toBeFocused();
    const feature = await first.textContent();
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(new RegExp(`/features/${feature}`));
  });
});
