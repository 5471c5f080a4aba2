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
  /** The id of the prediction that is open beside the list. */
  get opened(): Locator {
    return this.drawer.getByRole("heading", { level: 2 });
  }
  step(direction: "Newer" | "Older"): Locator {
    return this.drawer.getByRole("button", { name: new RegExp(`^${direction} prediction`) });
  }
  get more(): Locator {
    return this.pager.getByRole("button", { name: /Load more|Go on searching/ });
  }
  async loadAll(): Promise<void> {
    while (await this.more.isVisible()) {
      await this.more.click();
      await this.settled();
    }
  }
  /** The file behind an entry of the export menu. */
  async exported(format: "CSV" | "NDJSON"): Promise<string> {
    await this.page.getByRole("button", { name: "Export" }).click();
    const entry = this.page.getByRole("menuitem", { name: format, exact: true });
    const answer = await this.page.request.get((await entry.getAttribute("href")) ?? "");
    await this.page.keyboard.press("Escape");
    return answer.text();
  }
  async add(word: string): Promise<void> {
    await this.search.fill(word);
    await this.search.press("Enter");
    await this.settled();
  }
}

/** The same query, by choosing instead of typing. */
export class FilterPanel {
  readonly dialog: Locator;
  constructor(page: Page) {
    this.dialog = page.getByRole("dialog", { name: "Filters" });
  }
  static async open(page: Page): Promise<FilterPanel> {
    await page.getByRole("button", { name: "Filters", exact: true }).click();
    const panel = new FilterPanel(page);
    await expect(panel.find).toBeVisible();
    return panel;
  }
  get find(): Locator {
    return this.dialog.getByRole("searchbox", { name: "Find a field" });
  }
  field(name: string): Locator {
    return this.dialog.getByRole("group", { name, exact: true });
  }
  async done(): Promise<void> {
    await this.dialog.getByRole("button", { name: "Done" }).click();
    await expect(this.dialog).toBeHidden();
  }
}
