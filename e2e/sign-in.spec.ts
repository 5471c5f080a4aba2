import type { Page } from "@playwright/test";
import { type EmptyServer, openEmptyServer } from "./fixtures/empty-server.ts";
import { expect, test } from "./fixtures/world.ts";
import { Access } from "./pages/access.ts";
import { Shell } from "./pages/shell.ts";

const OWNER = { name: "Ada Field", email: "ada@example.com", password: "four plain words here" };

// Nobody is signed in here, and each journey goes on where the one before it ended.
test.use({ storageState: { cookies: [], origins: [] } });
test.describe.configure({ mode: "serial" });

let server: EmptyServer;
test.beforeAll(async () => {
  test.setTimeout(120_000);
  server = await openEmptyServer();
});
test.afterAll(async () => {
  await server?.close();
});

test("a stranger is led to the sign-in, and from there back to where they wanted to go", async ({ page }) => {
  const access = new Access(page);
  const wanted = `${server.url}/alerts?severity=page`;
  await page.goto(wanted);
  await access.expectSignIn();
  expect(new URL(page.url()).searchParams.get("next")).toBe("/alerts?severity=page");
  const answer = await page.request.get(`${server.url}/api/trpc/fleet.get?input=%7B%7D`);
  expect(answer.status()).toBe(401);
});

test("the set-up link makes the owner, once", async ({ page }) => {
  const access = new Access(page);
  const link = await server.command("setup-link");

  await test.step("what is missing or wrong is said at its field", async () => {
    await page.goto(link);
    await page.getByRole("button", { name: "Create the owner" }).click();
    await expect(access.problem("Give a name.")).toBeVisible();
    await expect(access.problem("Give an e-mail address.")).toBeVisible();
    await access.field("Password").fill("short");
    await access.field("Password again").fill("shorter");
    await page.getByRole("button", { name: "Create the owner" }).click();
    await expect(access.problem("At least 12 characters")).toBeVisible();
  });

  await test.step("the owner is signed in and told how to connect a model", async () => {
    await access.field("Your name").fill(OWNER.name);
    await access.field("E-mail").fill(OWNER.email);
    await access.field("Password").fill(OWNER.password);
    await access.field("Password again").fill(OWNER.password);
    await page.getByRole("button", { name: "Create the owner" }).click();
    await expect(page).toHaveURL(/\/models\/new$/);
    await expect(page.getByRole("navigation", { name: "Main" })).toBeVisible();
    expect(new URL(page.url()).search).toBe("");
  });

  await test.step("the link is worth nothing a second time", async () => {
    await forgetSession(page);
    await page.goto(link);
    await expect(page.getByRole("heading", { level: 1, name: "Plumbline is set up" })).toBeVisible();
    const again = await page.request.post(`${server.url}/api/setup`, {
      data: { token: new URL(link).searchParams.get("token"), ...OWNER, email: "eve@example.com" },
      headers: { "x-plumbline-csrf": "1" },
    });
    expect(again.status()).toBe(409);
    await page.getByRole("link", { name: "Sign in" }).click();
    await access.expectSignIn();
  });
});

test("a wrong password says no more than that, the right one leads on", async ({ page, quietConsole }) => {
  const access = new Access(page);
  const refused = "This e-mail and password do not belong together.";
  await page.goto(`${server.url}/sign-in?next=${encodeURIComponent("/alerts?severity=page")}`);

  await test.step("the same sentence, whether the person exists or not", async () => {
    await access.signIn(OWNER.email, "not my password");
    await expect(access.problem(refused)).toBeVisible();
    await expect(access.field("Password")).toBeFocused();
    await expect(access.field("Password")).toHaveValue("");
    await access.signIn("nobody@example.com", "not my password");
    await expect(access.problem(refused)).toBeVisible();
  });

  await test.step("in, and back to the page that was wanted", async () => {
    await access.signIn(OWNER.email, OWNER.password);
    await expect(page).toHaveURL(/\/alerts\?severity=page$/);
    await expect(new Shell(page).answer).toBeVisible();
  });

  await test.step("a next that leads to another site is not followed", async () => {
    await access.signOut();
    await page.goto(`${server.url}/sign-in?next=${encodeURIComponent("//example.com/")}`);
    await access.signIn(OWNER.email, OWNER.password);
    await expect(page).toHaveURL(`${server.url}/`);
  });

  // The browser notes by itself that two sign-ins were refused.
  const refusals = quietConsole.splice(0);
  expect(refusals.filter((text) => !text.includes("401"))).toEqual([]);
});

test("signed out means out, in every tab", async ({ page, context }) => {
  const access = new Access(page);
  await page.goto(await server.command("signin-link"));
  await expect(page.getByRole("navigation", { name: "Main" })).toBeVisible();
  const cookies = await context.cookies();
  expect(cookies.find((cookie) => cookie.name.includes("session"))).toMatchObject({
    httpOnly: true,
    sameSite: "Lax",
  });
  await access.signOut();
  await context.addCookies(cookies);
  await page.goto(`${server.url}/settings/api-keys`);
  await access.expectSignIn();
});

test("a sign-in link from the command line works once", async ({ page }) => {
  const access = new Access(page);
  const link = await server.command("signin-link");
  await page.goto(link);
  await expect(page.getByRole("navigation", { name: "Main" })).toBeVisible();
  await forgetSession(page);
  await page.goto(link);
  await access.expectSignIn();
  await expect(access.problem("This sign-in link was used already or is too old.")).toBeVisible();
});

/** Leaves the page first: one that still asks who is signed in would rightly be refused, and say so in the console. */
async function forgetSession(page: Page): Promise<void> {
  await page.goto("about:blank");
  await page.context().clearCookies();
}
