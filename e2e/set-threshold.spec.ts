import type { Page } from "@playwright/test";
import type { Monitor } from "#server/api/contract.ts";
import { askApi, getJson } from "./fixtures/api.ts";
import { expect, test, type World } from "./fixtures/world.ts";
import { Chart } from "./pages/chart.ts";
import { MonitorEditor } from "./pages/monitor-editor.ts";
import { Shell } from "./pages/shell.ts";

/** Notes every request for data that the page makes from here on. */
function noteRequests(page: Page): string[] {
  const asked: string[] = [];
  page.on("request", (request) => {
    if (request.url().includes("/api/")) asked.push(request.url());
  });
  return asked;
}

async function monitorsOf(world: World, name: string): Promise<Monitor[]> {
  const answer = await getJson<{ monitors: Monitor[] }>(world, "/api/v1/monitors?model=flight-late");
  return answer.monitors.filter((monitor) => monitor.name === name);
}

test("a monitor from a chart: try limits, save, edit, pause, delete", async ({ page, world }) => {
  const name = `Humid air ${Date.now().toString(36)}`; // a second try must not find the first one's
  const editor = new MonitorEditor(page);
  const shell = new Shell(page);

  await test.step("the chart hands its metric and feature to a new monitor", async () => {
    await page.goto("/models/flight-late/features/humidity?t=90d");
    await new Chart(page, /^PSI by/).figure.getByRole("link", { name: "New monitor" }).click();
    await expect(editor.headline).toContainText(/fired/);
    await expect(editor.field("Metric")).toHaveValue("psi@10");
    await expect(editor.field("Of")).toHaveValue("humidity");
  });

  await test.step("the headline follows the limit at once and asks nothing of the server", async () => {
    await editor.field("Window").selectOption("7d");
    await expect(editor.history).toBeVisible();
    await expect(page).toHaveURL(/limit=/);
    const asked = noteRequests(page);
    await editor.slider.focus();
    await editor.slider.press("End");
    expect(await editor.fires()).toBe(0);
    const quiet = (await editor.headline.textContent()) ?? "";
    await editor.slider.press("Home");
    await expect(editor.headline).not.toHaveText(quiet);
    const [loose, strict] = [await firesAt(editor, "1"), await firesAt(editor, "0.15")];
    expect(strict).toBeGreaterThanOrEqual(loose);
    await expect(editor.wouldHaveFired).toHaveCount(strict + 1);
    expect(asked).toEqual([]);
  });

  await test.step("what is saved is what was tried", async () => {
    await editor.field("Name").fill(name);
    await editor.button("Create monitor").click();
    await expect(page).toHaveURL(/\/monitors\/mon_/);
    await expect(shell.toast).toContainText("Monitor created");
    const [saved] = await monitorsOf(world, name);
    expect(saved).toMatchObject({ metric: "psi@10", feature: "humidity", window: "7d", limit: 0.15 });
    expect(saved?.ruleVersion).toBe(1);
  });

  await test.step("an edit says what it changes before it is saved, and makes a new version", async () => {
    await editor.limit.fill("0.9");
    const save = editor.button("Save: limit 0.15 → 0.90");
    await expect(page.getByRole("region", { name: "Save" })).toContainText(/alerts? instead of/);
    await save.click();
    await expect(shell.toast.filter({ hasText: "Monitor saved" })).toBeVisible();
    await expect(editor.button("Save monitor")).toHaveAttribute("aria-disabled", "true");
    await expect(page.locator(".editor-head").getByText("v2", { exact: true })).toBeVisible();
    const [saved] = await monitorsOf(world, name);
    expect(saved).toMatchObject({ limit: 0.9, ruleVersion: 2 });
  });

  await test.step("the list shows it, and pauses and resumes it", async () => {
    await shell.tab("Monitors").click();
    const row = page.getByRole("row").filter({ hasText: name });
    await expect(row).toContainText("Ticket if PSI of humidity is above 0.90");
    await row.getByRole("button", { name: /^More for/ }).click();
    await page.getByRole("menuitem", { name: "Pause" }).click();
    await expect(row).toContainText("Paused");
    await shell.toast.getByRole("button", { name: "Undo" }).click();
    await expect(row).not.toContainText("Paused");
  });

  await test.step("two monitors of the same thing are pointed out", async () => {
    await page.goto("/models/flight-late/monitors/new?metric=psi@10&feature=humidity&window=7d");
    await expect(page.getByText("watches the same thing; two monitors tell of it twice.")).toBeVisible();
    await page.getByRole("link", { name: /^Ticket if PSI of humidity/ }).click();
    await expect(page).toHaveURL(/\/monitors\/mon_/);
  });

  await test.step("it is deleted only after a second word", async () => {
    const [saved] = await monitorsOf(world, name);
    await editor.button("Delete…").click();
    const dialog = page.getByRole("dialog", { name: `Delete monitor “${name}”` });
    await dialog.getByRole("button", { name: "Keep it" }).click();
    await expect(dialog).toBeHidden();
    await editor.button("Delete…").click();
    await dialog.getByRole("button", { name: "Delete monitor" }).click();
    await expect(page).toHaveURL(/\/monitors$/);
    await expect(page.getByRole("region", { name: "Table of monitors" })).toBeVisible();
    await expect(page.getByRole("row").filter({ hasText: name })).toHaveCount(0);
    expect((await askApi(world, `/api/v1/monitors/${saved?.id}`)).status).toBe(404);
  });
});

async function firesAt(editor: MonitorEditor, limit: string): Promise<number> {
  await editor.limit.fill(limit);
  await expect(editor.page).toHaveURL(new RegExp(`limit=${limit}(&|$)`));
  return editor.fires();
}
