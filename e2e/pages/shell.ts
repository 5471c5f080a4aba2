import type { Locator, Page } from "@playwright/test";

/** What every page has: navigation, the answer, messages. */
export class Shell {
  readonly page: Page;
  constructor(page: Page) {
    this.page = page;
  }

  get answer(): Locator {
    return this.page.getByRole("region", { name: "Answer" });
  }
  get toast(): Locator {
    return this.page.locator(".toast");
  }
  get liveChip(): Locator {
    return this.page.getByRole("button", { name: /Live|Catching up|Paused/ });
  }
  nav(name: string): Locator {
    return this.page.getByRole("navigation", { name: "Main" }).getByRole("link", { name });
  }
  tab(name: string): Locator {
    return this.page.locator(".modelbar").getByRole("link", { name, exact: true });
  }
}
