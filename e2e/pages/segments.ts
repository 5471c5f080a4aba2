import type { Locator, Page } from "@playwright/test";

/** Who is affected: the table by value, the parts of a change, the worst slices. */
export class SegmentsView {
  readonly page: Page;
  constructor(page: Page) {
    this.page = page;
  }

  panel(name: string | RegExp): Locator {
    return this.page.getByRole("region", { name });
  }
  row(value: string): Locator {
    return this.page
      .locator(".segtable")
      .getByRole("row")
      .filter({ has: this.page.getByRole("button", { name: value, exact: true }) });
  }
  /** Rows of the parts, small ones too; the total line is not one of them. */
  get parts(): Locator {
    return this.page.locator(".changetable tbody tr");
  }
  get total(): Locator {
    return this.page.locator(".changetable tfoot .sum");
  }

  /** A column of the change as whole last digits, from the cells as they are written. */
  async column(rows: Locator, place: number): Promise<number[]> {
    const texts = await rows.evaluateAll(
      (all, at) => all.map((row) => row.querySelectorAll("td.num")[at]?.textContent ?? ""),
      place,
    );
    return texts.map((text) => Math.round(Number(text.replace("−", "-").replace("+", "")) * 10_000));
  }
}
