import { expect, type Locator, type Page } from "@playwright/test";
import { Shell } from "./shell.ts";

export class PredictionBrowser extends Shell {
  static async open(page: Page, model: string, query = ""): Promise<PredictionBrowser> {
    await page.goto(`/models/${model}/predictions${query}`);
    const browser = new PredictionBrowser(page);
    await browser.settled();
    return browser;
  }
  async settled(): Promise<void> {
    await expect(this.answer).not.toContainText("Searching");
    await expect(this.page.getByRole("region", { name: "Predictions", exact: true })).not.toHaveAttribute(
      "aria-busy",
      "true",
    );
  }
  get search(): Locator {
    return this.page.getByRole("combobox", { name: "Search predictions" });
  }
  get rows(): Locator {
    return this.page.getByRole("region", { name: /^Predictions, / }).locator("tbody tr");
  }
  get drawer(): Locator {
    return this.page.locator(".prediction-drawer");
  }
  get pager(): Locator {
    return this.page.locator(".pager");
  }
  chip(word: string): Locator {
    return this.page.getByRole("button", { name: `Remove ${word}` });
  }
  async add(word: string): Promise<void> {
    await this.search.fill(word);
    await this.search.press("Enter");
    await this.settled();
  }
}
