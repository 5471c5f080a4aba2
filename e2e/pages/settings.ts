import { expect, type Locator, type Page } from "@playwright/test";
import { Shell } from "./shell.ts";

/** A secret on the screen for the one and only time. */
export class SecretOnce {
  readonly dialog: Locator;
  constructor(page: Page, title: string) {
    this.dialog = page.getByRole("dialog", { name: title });
  }
  get done(): Locator {
    return this.dialog.getByRole("button", { name: "Done" });
  }
  async read(): Promise<string> {
    return (await this.dialog.locator("[data-secret]").textContent()) ?? "";
  }
  async keep(): Promise<void> {
    await this.dialog.getByRole("checkbox", { name: "I have kept it" }).check();
    await this.done.click();
    await expect(this.dialog).toBeHidden();
  }
}

export class ApiKeys extends Shell {
  static async open(page: Page): Promise<ApiKeys> {
    await page.goto("/settings/api-keys");
    const keys = new ApiKeys(page);
    await expect(page.getByRole("region", { name: "Table of API keys" })).toBeVisible();
    return keys;
  }
  row(name: string): Locator {
    return this.page.getByRole("row").filter({ has: this.page.getByRole("rowheader", { name }) });
  }
  get form(): Locator {
    return this.page.getByRole("dialog", { name: "Create key" });
  }
  async startCreating(): Promise<void> {
    await this.page.getByRole("button", { name: "Create key", exact: true }).click();
    await expect(this.form).toBeVisible();
  }
  async submit(): Promise<void> {
    await this.form.getByRole("button", { name: "Create key" }).click();
  }
}

export class Channels extends Shell {
  static async open(page: Page): Promise<Channels> {
    await page.goto("/settings/channels");
    const channels = new Channels(page);
    await expect(channels.answer).toContainText(/\.$/);
    return channels;
  }
  row(name: string): Locator {
    return this.page
      .getByRole("row")
      .filter({ has: this.page.getByRole("rowheader", { name, exact: true }) });
  }
  get form(): Locator {
    return this.page.getByRole("dialog", { name: "Add channel" });
  }
  async add(name: string, url: string): Promise<void> {
    await this.page.getByRole("button", { name: "Add channel", exact: true }).click();
    await this.form.getByLabel("Name").fill(name);
    await this.form.getByLabel("Webhook address").fill(url);
    await this.form.getByRole("button", { name: "Add channel" }).click();
  }
  async sendTest(name: string): Promise<void> {
    await this.row(name)
      .getByRole("button", { name: /^Send test/ })
      .click();
  }
  async more(name: string, entry: string): Promise<void> {
    await this.row(name)
      .getByRole("button", { name: `More for ${name}` })
      .click();
    await this.page.getByRole("menuitem", { name: entry }).click();
  }
  deliveries(name: string): Locator {
    return this.page.getByRole("dialog", { name: `Deliveries to ${name}` });
  }
}
