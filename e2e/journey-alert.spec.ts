import { logFlights } from "./fixtures/log-flights.ts";
import { expect, test } from "./fixtures/world.ts";
import { AlertInbox, AlertView } from "./pages/alerts.ts";
import { MonitorEditor } from "./pages/monitor-editor.ts";
import { PredictionBrowser } from "./pages/predictions.ts";

/** On 29 December 2013 it rained as it had not for six days. */
const STORM = Date.parse("2013-12-29T00:00:00Z");
const DAY_AFTER = Date.parse("2013-12-30T12:00:00Z");
const NAME = "Rain moved";

test.describe
  .serial("a threshold, its alert and the rows behind it", () => {
    test("set a threshold on history, save it, and see it fire on the flights", async ({ page, world }) => {
      test.setTimeout(180_000);
      const editor = await MonitorEditor.open(
        page,
        "flight-late",
        "?metric=psi@10&feature=precipitation&window=1d",
      );

      await test.step("the back-test answers at every move of the limit", async () => {
        await expect(editor.history).toBeVisible();
        const strict = await editor.fires();
        await editor.slider.focus();
        await editor.slider.press("End");
        await expect.poll(() => editor.fires()).toBe(0);
        await expect(page).toHaveURL(/limit=/);
        await editor.limit.fill("0.6");
        await expect.poll(() => editor.fires()).toBeGreaterThan(0);
        expect(strict).toBeGreaterThan(0);
        await expect(editor.wouldHaveFired).toHaveCount((await editor.fires()) + 1);
      });

      await test.step("a limit that cannot be is refused at its field", async () => {
        await editor.limit.fill("-1");
        await editor.button("Create monitor").click();
        await expect(page.getByText(/no limit outside that/)).toBeVisible();
        await editor.limit.fill("0.6");
        await expect(page.getByText(/no limit outside that/)).toBeHidden();
      });

      await test.step("the preview survives a reload", async () => {
        const before = await editor.headline.textContent();
        await expect(page).toHaveURL(/limit=0\.6(&|$)/);
        await page.reload();
        await expect(editor.headline).toHaveText(before ?? "");
      });

      await test.step("save", async () => {
        await editor.field("Name").fill(NAME);
        await editor.button("Create monitor").click();
        await expect(page).toHaveURL(/\/monitors\/mon_/);
        await expect(editor.button("Save monitor")).toHaveAttribute("aria-disabled", "true");
      });

      await test.step("the storm comes in, and the alert appears without a reload", async () => {
        const inbox = await AlertInbox.open(page, "?model=flight-late");
        await expect(inbox.link(NAME)).toHaveCount(0);
        await logFlights(world, STORM, DAY_AFTER);
        await expect(inbox.link(NAME)).toBeVisible({ timeout: 60_000 });
      });
    });

    test("review the logged predictions behind the alert", async ({ page }) => {
      const inbox = await AlertInbox.open(page, "?model=flight-late");
      await inbox.link(NAME).click();
      const alert = new AlertView(page);

      await test.step("the page answers in the order in which it is asked", async () => {
        await expect(alert.what).toContainText(/precipitation/);
        await expect(alert.what).toContainText(/limit 0\.60|above 0\.60/);
        const order = await page.locator(".facts dt").allTextContents();
        expect(order).toEqual(["Since", "How sure", "How bad", "Where", "Why likely", "Do now"]);
        await expect(alert.fact("How bad")).toContainText(/predictions?/);
        await expect(page.getByRole("figure", { name: /around the onset/ })).toBeVisible();
        await expect(alert.rowsBehind.first()).toBeVisible();
      });

      await test.step("acknowledge by one key, and take it back", async () => {
        await page.keyboard.press("e");
        await expect(alert.state).toContainText("Acknowledged by");
        await alert.toast.getByRole("button", { name: "Undo" }).click();
        await expect(alert.state).toContainText("Open");
        await page.keyboard.press("e");
        await expect(alert.state).toContainText("Acknowledged by");
      });

      const rows = new PredictionBrowser(page);
      await test.step("its rows open in the browser, with the alert's range", async () => {
        await page.getByRole("link", { name: "See the predictions behind it" }).click();
        await rows.settled();
        await expect(page).toHaveURL(/\/predictions\?t=/);
        await expect(rows.rows.first()).toBeVisible();
      });

      await test.step("search in the language of the page; a wrong word says what is near", async () => {
        await rows.add("precipitaton:>0");
        await expect(page.getByText(/is left out: There is no field/)).toBeVisible();
        await page.getByRole("button", { name: "precipitation", exact: true }).click();
        await rows.settled();
        await expect(rows.chip("precipitation:>0")).toBeVisible();
        await expect(rows.rows.first()).toBeVisible();
        await rows.add("origin:JFK");
        for (const cell of await rows.rows.locator("td[data-title=origin]").all())
          await expect(cell).toHaveText("JFK");
      });

      await test.step("walk through rows by keyboard, the drawer beside them", async () => {
        await page.keyboard.press("Escape");
        await page.locator("body").click({ position: { x: 400, y: 5 } });
        await page.keyboard.press("j");
        await page.keyboard.press("j");
        await page.keyboard.press("Enter");
        await expect(rows.drawer).toBeVisible();
        const first = await rows.drawer.getByRole("heading", { level: 2 }).textContent();
        await expect(rows.drawer).toContainText("precipitation");
        await page.keyboard.press("Shift+J");
        await expect(rows.drawer.getByRole("heading", { level: 2 })).not.toHaveText(first ?? "");
        const second = (await rows.drawer.getByRole("heading", { level: 2 }).textContent()) ?? "";
        await expect(page).toHaveURL(new RegExp(`row=.*${second.slice(0, 12)}`));
        await page.reload();
        await expect(rows.drawer).toContainText(second);
        await page.keyboard.press("Escape");
        await expect(rows.drawer).toBeHidden();
      });

      await test.step("export exactly what was found", async () => {
        await expect(rows.rows.first()).toBeVisible();
        await rows.loadAll();
        const shown = await rows.rows.count();
        const csv = await rows.exported("CSV");
        expect(csv.trim().split("\n")).toHaveLength(shown + 1);
      });

      await test.step("say what was found, and resolve", async () => {
        await page.goBack();
        const back = await AlertInbox.open(page, "?model=flight-late&status=acknowledged");
        await back.link(NAME).click();
        await page.keyboard.press("c");
        await page.getByRole("textbox", { name: "Add a note" }).fill("A storm, not the model.");
        await page.keyboard.press("Enter");
        await expect(alert.timeline).toContainText("A storm, not the model.");
        await page.locator("body").click({ position: { x: 400, y: 5 } });
        await page.keyboard.press("r");
        await page.getByRole("radio", { name: "Expected change" }).check();
        await page.getByRole("button", { name: "Resolve alert" }).click();
        await expect(alert.state).toContainText("Resolved");
        await expect(alert.timeline).toContainText("Expected change");
      });
    });
  });
