import { expect, type Locator, type Page } from "@playwright/test";
import { Shell } from "./shell.ts";

export class MonitorEditor extends Shell {
  static async open(page: Page, model: string, query = ""): Promise<MonitorEditor> {
    await page.goto(`/models/${model}/monitors/new${query}`);
    const editor = new MonitorEditor(page);
    await expect(editor.headline).toContainText(/fired/);
    return editor;
  }

  get headline(): Locator {
    return this.answer.locator(".say");
  }
  get limit(): Locator {
    return this.page.getByRole("spinbutton", { name: "Limit" });
  }
  get slider(): Locator {
    return this.page.getByRole("slider", { name: "Limit" });
  }
  get history(): Locator {
    return this.page.getByRole("figure", { name: /If it had run/ });
  }
  get wouldHaveFired(): Locator {
    return this.page.getByRole("region", { name: "Table of alerts it would have raised" }).getByRole("row");
  }
  field(name: string): Locator {
    return this.page.getByLabel(name, { exact: true });
  }
  button(name: string | RegExp): Locator {
    return this.page.getByRole("button", { name });
  }

  /** How many times the headline says that it would have fired. */
  async fires(): Promise<number> {
    const text = (await this.headline.textContent()) ?? "";
    if (/not have fired/.test(text)) return 0;
    const word = /fired (once|twice|([\d,]+) times)/.exec(text);
    if (word?.[1] === "once") return 1;
    if (word?.[1] === "twice") return 2;
    return Number((word?.[2] ?? "NaN").replaceAll(",", ""));
  }
}
