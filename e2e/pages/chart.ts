import { readFile } from "node:fs/promises";
import { expect, type Locator, type Page } from "@playwright/test";

/** One chart, by its title: the picture, and the table that shows the same numbers. */
export class Chart {
  readonly page: Page;
  readonly figure: Locator;

  constructor(page: Page, title: string | RegExp) {
    this.page = page;
    this.figure = page.getByRole("figure", { name: title });
  }

  /** The picture; its name is the sentence that says what it shows. */
  get picture(): Locator {
    return this.figure.locator("[role=img][tabindex]");
  }
  get readout(): Locator {
    return this.figure.locator("p[aria-live=polite]");
  }
  get rows(): Locator {
    return this.figure.locator("tbody tr");
  }
  row(window: string): Locator {
    return this.rows.filter({
      has: this.page.getByRole("rowheader", { name: window, exact: true }),
    });
  }

  async showTable(): Promise<void> {
    const button = this.figure.getByRole("button", { name: "Table", exact: true });
    await button.click();
    await expect(button).toHaveAttribute("aria-pressed", "true");
    await expect(this.rows.first()).toBeVisible();
  }

  /** What the CSV button saves, as lines of cells; the numbers of charts hold no commas. */
  async download(): Promise<Record<string, string>[]> {
    const [file] = await Promise.all([
      this.page.waitForEvent("download"),
      this.figure.getByRole("button", { name: "CSV", exact: true }).click(),
    ]);
    const [head = "", ...lines] = (await readFile(await file.path(), "utf8")).trim().split("\r\n");
    const names = head.split(",");
    return lines.map((line) => Object.fromEntries(line.split(",").map((cell, at) => [names[at], cell])));
  }
}
