import type { SegmentChange, SegmentTable, WorstSlices } from "#server/api/contracts/segments.ts";
import { getJson } from "./fixtures/api.ts";
import { expect, test, type World } from "./fixtures/world.ts";
import { SegmentsView } from "./pages/segments.ts";
import { Shell } from "./pages/shell.ts";

const moved = (world: World, day: string) =>
  new Date(Date.parse(`${day}T00:00:00Z`) + world.shiftMs).toISOString();
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

test("who is affected: gaps to the rest, what a change is made of, the worst slices, and the rows behind", async ({
  page,
  world,
}) => {
  const view = new SegmentsView(page);
  const shell = new Shell(page);
  const range = { from: moved(world, "2013-11-01"), to: moved(world, "2013-12-01") };
  const query = new URLSearchParams({ ...range, key: "carrier", metric: "log_loss" });
  const asked = `?t=${range.from}..${range.to}&key=carrier&m=log_loss`;

  await test.step("the page opens with a sentence, and the table's numbers are those of the API", async () => {
    await page.goto(`/models/flight-late/segments${asked}`);
    await expect(shell.answer).toContainText(/carrier \w\w is worst: Log loss .* for the rest|No carrier/);
    const table = await getJson<SegmentTable>(world, `/api/v1/models/flight-late/segments?${query}`);
    const worst = table.rows[0];
    await expect(view.row(worst?.value ?? "")).toContainText((worst?.point.value ?? 0).toFixed(3));
    await expect(page.locator(".segtable tbody th").first()).toHaveText(worst?.value ?? "");
  });

  await test.step("segments with few rows stand apart and are not ranked", async () => {
    await expect(view.row("OO")).toHaveCount(0);
    await page.getByText(/segments? too small to judge/).click();
    await expect(page.locator(".toosmall")).toContainText("OO");
  });

  await test.step("mix and within add up, in every column as it is written", async () => {
    const change = await getJson<SegmentChange>(
      world,
      `/api/v1/models/flight-late/segments/change?${query}&against=previous`,
    );
    await expect(view.parts).toHaveCount(change.parts.length);
    const columns = [0, 1, 2].map(async (place) => ({
      parts: await view.column(view.parts, place),
      total: (await view.column(view.total, place))[0] ?? Number.NaN,
    }));
    const [mix, within, together] = await Promise.all(columns);
    for (const column of [mix, within, together]) expect(sum(column?.parts ?? [])).toBe(column?.total);
    expect((mix?.total ?? 0) + (within?.total ?? 0)).toBe(together?.total);
    expect((together?.total ?? 0) / 10_000).toBeCloseTo(change.change?.value ?? 0, 3);
  });

  await test.step("compared with the reference instead; the choice is in the address", async () => {
    await page
      .getByRole("radio", { name: "Reference" })
      .or(page.getByRole("button", { name: "Reference" }))
      .first()
      .click();
    await expect(page).toHaveURL(/cmp=ref/);
    await expect(view.panel("What changed")).toContainText("in the reference");
  });

  await test.step("the worst slices are those of the API", async () => {
    const worst = await getJson<WorstSlices>(
      world,
      `/api/v1/models/flight-late/segments/worst?from=${range.from}&to=${range.to}&metric=log_loss`,
    );
    const panel = view.panel("Worst slices");
    await expect(panel).toContainText(`${worst.looked} slices looked at`);
    if (worst.slices[0] !== undefined) await expect(panel).toContainText(worst.slices[0].predicate);
  });

  await test.step("the next key by keyboard, a metric that does not add up says so", async () => {
    // Keys belong to a choice while it has the focus.
    await shell.answer.focus();
    await page.keyboard.press("k");
    await expect(page).toHaveURL(/key=origin/);
    await expect(view.row("EWR")).toBeVisible();
    await page.keyboard.press("1");
    await expect(page).toHaveURL(/m=roc_auc/);
    await expect(view.panel("What changed")).toContainText("AUC is no mean");
  });

  await test.step("a row filters the model's pages and leads to its predictions", async () => {
    await view.row("EWR").getByRole("button", { name: "EWR" }).click();
    await expect(page).toHaveURL(/seg=origin(:|%3A)EWR/);
    await view
      .row("EWR")
      .getByRole("link", { name: /Predictions/ })
      .click();
    await expect(page).toHaveURL(/\/predictions\?.*seg=origin(:|%3A)EWR/);
  });
});
