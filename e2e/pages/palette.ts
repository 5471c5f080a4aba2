import { expect, type Locator, type Page } from "@playwright/test";

/** The box that jumps anywhere. */
export class Palette {
  readonly page: Page;
  constructor(page: Page) {
    this.page = page;
  }

  get dialog(): Locator {
    return this.page.getByRole("dialog", { name: "Search or jump to" });
  }
  get input(): Locator {
    return this.dialog.getByRole("combobox");
  }
  get chosen(): Locator {
    return this.dialog.getByRole("option", { selected: true });
  }

  async open(): Promise<void> {
    await this.page.keyboard.press("ControlOrMeta+k");
    await expect(this.input).toBeFocused();
  }
  /** Types, waits until the wanted entry is the chosen one, and goes there. */
  async jump(letters: string, entry: string | RegExp): Promise<void> {
    await this.open();
    await this.page.keyboard.type(letters);
    await expect(this.chosen).toContainText(entry);
    await this.page.keyboard.press("Enter");
    await expect(this.dialog).toBeHidden();
  }
}
