import { type EmptyServer, openEmptyServer } from "./fixtures/empty-server.ts";
import { FreshModel } from "./fixtures/fresh-model.ts";
import { expect, test } from "./fixtures/world.ts";
import { Shell } from "./pages/shell.ts";

let server: EmptyServer;
test.beforeAll(async () => {
  test.setTimeout(120_000);
  server = await openEmptyServer();
});
test.afterAll(async () => {
  await server?.close();
});

test("an open page lives through a restart of the server", async ({ page, quietConsole }) => {
  test.setTimeout(120_000);
  const key = await server.command("keys", "create", "--scopes", "ingest,manage,read", "--name", "service");
  const model = await FreshModel.create({ url: server.url, key });
  await page.goto(await server.command("signin-link"));
  const { liveChip } = new Shell(page);
  await expect(liveChip).toContainText("Live");
  const row = page.getByRole("row").filter({ hasText: model.slug });
  await expect(row).toBeVisible();

  await test.step("while it is away the page says so, and keeps what it shows", async () => {
    await server.stop();
    await expect(page.getByText(/Connection lost\. Showing data as of/)).toBeVisible();
    await expect(row).toBeVisible();
  });

  await test.step("once it is back, so are the news, without a reload", async () => {
    await page.evaluate(() => document.body.setAttribute("data-first-load", ""));
    await server.startAgain();
    const other = await FreshModel.create({ url: server.url, key });
    await expect(page.getByRole("row").filter({ hasText: other.slug })).toBeVisible({ timeout: 30_000 });
    await expect(liveChip).toContainText("Live");
    await expect(page.getByText(/Connection lost/)).toBeHidden();
    expect(await page.locator("body[data-first-load]").count()).toBe(1);
  });

  // The browser notes by itself what it could not reach.
  expect(quietConsole.splice(0).filter((text) => !/ERR_CONNECTION|ERR_INCOMPLETE|503/.test(text))).toEqual(
    [],
  );
});
