import { expect, type Locator, type Page } from "@playwright/test";
import { Shell } from "./shell.ts";

export class AlertInbox extends Shell {
  static async open(page: Page, query = ""): Promise<AlertInbox> {
    await page.goto(`/alerts${query}`);
    const inbox = new AlertInbox(page);
    await expect(inbox.tab("Needs action")).toBeVisible();
    return inbox;
  }
  override tab(name: string): Locator {
    return this.page.getByRole("tab", { name: new RegExp(`^${name}`) });
  }
  row(monitor: string): Locator {
    return this.page
      .getByRole("row")
      .filter({ has: this.page.getByRole("link", { name: monitor, exact: true }) });
  }
  link(monitor: string): Locator {
    return this.page.getByRole("link", { name: monitor, exact: true });
  }
}

export class AlertView extends Shell {
  get what(): Locator {
    return this.page.getByRole("region", { name: "What" }).getByRole("heading", { level: 1 });
  }
  fact(name: string): Locator {
    return this.page
      .locator(".facts > div")
      .filter({ has: this.page.locator("dt", { hasText: new RegExp(`^${name}$`) }) });
  }
  get state(): Locator {
    return this.page.locator(".alertbar [role=status]");
  }
  get timeline(): Locator {
    return this.page.locator(".timeline");
  }
  get rowsBehind(): Locator {
    return this.page.getByRole("region", { name: /rows? behind the alert/ }).locator("tbody tr");
  }
  act(name: string): Locator {
    return this.page
      .getByRole("toolbar", { name: "Alert actions", exact: true })
      .getByRole("button", { name });
  }
}
