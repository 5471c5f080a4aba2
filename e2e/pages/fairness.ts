import type { Locator, Page } from "@playwright/test";

/** Groups compared: what is chosen, one row a group, the verdicts. */
export class FairnessView {
  readonly page: Page;
  constructor(page: Page) {
    this.page = page;
  }

  choice(
    name: "Attribute" | "Criterion" | "Reference group" | "Selected means" | "Try a threshold",
  ): Locator {
    return this.page.getByLabel(name, { exact: true });
  }
  /** The table of the chosen criterion. */
  table(name: string): Locator {
    return this.page.getByRole("region", { name }).locator("table.fair-groups");
  }
  row(table: string, group: string): Locator {
    return this.table(table)
      .getByRole("row")
      .filter({ has: this.page.getByRole("rowheader", { name: group, exact: true }) });
  }
  panel(title: string): Locator {
    return this.page.getByRole("region", { name: title, exact: true });
  }
}
