import type { Locator, Page } from "@playwright/test";

/** Range, window, version and segment over the pages of a model. */
export class TimeBar {
  readonly page: Page;
  constructor(page: Page) {
    this.page = page;
  }

  get bar(): Locator {
    return this.page.getByRole("toolbar", { name: "Time and scope" });
  }
  get range(): Locator {
    return this.bar.getByRole("button", { name: /^Time range/ });
  }
  /** `Version v1`: what the button of a choice shows. */
  choice(label: string): Locator {
    return this.bar.getByRole("button", { name: new RegExp(`^${label}`) });
  }

  async chooseRange(words: string): Promise<void> {
    await this.range.click();
    await this.page.getByRole("menuitemradio", { name: words, exact: true }).click();
  }
  async choose(label: string, value: string | RegExp): Promise<void> {
    await this.choice(label).click();
    await this.bar.getByRole("menuitemradio", { name: value }).click();
  }
}
