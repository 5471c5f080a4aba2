import { expect, test } from "./fixtures/world.ts";
import { PredictionBrowser } from "./pages/predictions.ts";
import { Shell } from "./pages/shell.ts";

test("browse health: fleet, model, drift, a feature, performance, rows", async ({ page }) => {
  const shell = new Shell(page);

  await test.step("the fleet says which models need a human", async () => {
    await page.goto("/");
    await expect(page.getByRole("region", { name: "Models" })).toBeVisible();
    await expect(page.getByRole("row").filter({ hasText: "flight-late" }).first()).toBeVisible();
    await page
      .getByRole("region", { name: "Models" })
      .getByRole("link", { name: "flight-late" })
      .first()
      .click();
    await expect(page).toHaveURL(/\/models\/flight-late/);
  });

  await test.step("the overview answers with one sentence", async () => {
    await expect(shell.answer).toContainText(/\w+/);
    await expect(page.getByRole("figure").first()).toBeVisible();
  });

  await test.step("drift ranks the features, and one of them opens", async () => {
    await shell.tab("Drift").click();
    await expect(page).toHaveURL(/\/drift/);
    await expect(page.getByText("temperature").first()).toBeVisible();
    await page.goto("/models/flight-late/features/temperature");
    await expect(shell.answer).toContainText("temperature");
  });

  await test.step("performance is told with its interval, limit and n", async () => {
    await shell.tab("Performance").click();
    await expect(shell.answer).toContainText(/AUC was 0\.\d\d \(95 % CI 0\.\d\d–0\.\d\d\)/);
    await expect(shell.answer).toContainText(/labelled rows/);
    await expect(page.getByRole("heading", { name: "ROC", exact: true })).toBeVisible();
    await expect(page.getByRole("heading", { name: "Calibration" })).toBeVisible();
  });

  await test.step("the threshold moves by keyboard and stays in the address", async () => {
    const slider = page.getByRole("slider", { name: "Decision threshold" });
    await slider.focus();
    const before = await page.locator(".threshold p").textContent();
    for (let step = 0; step < 5; step++) await slider.press("ArrowRight");
    await expect(page.locator(".threshold p")).not.toHaveText(before ?? "");
    await expect(page.locator(".threshold p")).toContainText(/wrong decisions .* → /);
    await expect(page).toHaveURL(/cut=0\.\d+/);
    const moved = await page.getByRole("spinbutton", { name: "Threshold" }).inputValue();
    await expect(page).toHaveURL(new RegExp(`cut=${moved.replace(".", "\\.")}(&|$)`));
    await page.reload();
    await expect(page.getByRole("spinbutton", { name: "Threshold" })).toHaveValue(moved);
  });

  await test.step("a segment narrows the page, and back takes it out again", async () => {
    await page
      .getByRole("region", { name: "AUC by carrier" })
      .getByRole("button", { name: "UA", exact: true })
      .click();
    await expect(page).toHaveURL(/seg=carrier(:|%3A)UA/);
    await expect(shell.answer).toContainText(/AUC/);
    await page.goBack();
    await expect(page).not.toHaveURL(/seg=/);
  });

  await test.step("a cell of the confusion matrix leads to its rows", async () => {
    await page.goto("/models/flight-late/performance?rows=last");
    const cell = page.locator(".confusion tbody tr").first().getByRole("link").nth(1);
    const missed = Number(((await cell.textContent()) ?? "").replaceAll(",", ""));
    await cell.click();
    const rows = new PredictionBrowser(page);
    await rows.settled();
    await expect(rows.answer).toContainText(/match/);
    if (missed > 0) await expect(rows.rows.first()).toContainText("late");
  });
});
