import { expect, type Locator, type Page } from "@playwright/test";

/** The pages outside the frame: sign-in and set-up. */
export class Access {
  readonly page: Page;
  constructor(page: Page) {
    this.page = page;
  }

  field(label: string): Locator {
    return this.page.getByLabel(label, { exact: true });
  }
  /** What is wrong, in a sentence. */
  problem(text: string | RegExp): Locator {
    return this.page.getByRole("alert").filter({ hasText: text });
  }
  async expectSignIn(): Promise<void> {
    await expect(this.page.getByRole("heading", { level: 1, name: "Sign in" })).toBeVisible();
  }
  async signIn(email: string, password: string): Promise<void> {
    await this.field("E-mail").fill(email);
    await this.field("Password").fill(password);
    await this.page.getByRole("button", { name: "Sign in" }).click();
  }
  async signOut(): Promise<void> {
    await this.page.getByRole("button", { name: /menu/i }).last().click();
    await this.page.getByRole("menuitem", { name: "Sign out" }).click();
    await this.expectSignIn();
  }
}
