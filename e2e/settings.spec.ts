import { askApi } from "./fixtures/api.ts";
import { FreshModel } from "./fixtures/fresh-model.ts";
import { openWebhookSink, verified, type WebhookSink } from "./fixtures/webhook-sink.ts";
import { expect, test } from "./fixtures/world.ts";
import { AlertInbox } from "./pages/alerts.ts";
import { ApiKeys, Channels, SecretOnce } from "./pages/settings.ts";

test("a key is shown once, works, and is refused as soon as it is revoked", async ({ page, world }) => {
  const keys = await ApiKeys.open(page);
  const name = "nightly report";
  let key = "";

  await test.step("a key without a name or scope is not made", async () => {
    await keys.startCreating();
    await keys.form.getByRole("checkbox", { name: /^ingest/ }).uncheck();
    await keys.submit();
    await expect(keys.form.getByRole("alert").filter({ hasText: "Give a name" })).toBeVisible();
    await expect(keys.form.getByRole("alert").filter({ hasText: "at least one scope" })).toBeVisible();
  });

  await test.step("its secret is on the screen once, and stays until somebody keeps it", async () => {
    await keys.form.getByLabel("Name").fill(name);
    await keys.form.getByRole("checkbox", { name: /^read/ }).check();
    await keys.form.getByLabel("Expires after, days").fill("10");
    await keys.submit();
    const secret = new SecretOnce(page, `Key ${name}`);
    key = await secret.read();
    expect(key).toMatch(/^plb_/);
    await page.keyboard.press("Escape");
    await expect(secret.dialog).toBeVisible();
    await expect(secret.done).toHaveAttribute("aria-disabled", "true");
    await secret.keep();
    await expect(keys.row(name)).toContainText("read");
    await expect(keys.row(name)).toContainText("expires soon");
    await page.reload();
    await expect(keys.row(name)).toBeVisible();
    expect(await page.content()).not.toContain(key);
  });

  const models = () => askApi({ url: world.url, key }, "/api/v1/models");
  await test.step("it may do what its scopes say, and nothing else", async () => {
    expect((await models()).status).toBe(200);
    const write = await askApi({ url: world.url, key }, "/api/v1/predictions", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: "flight-late", predictions: [] }),
    });
    expect(write.status).toBe(403);
  });

  await test.step("revoked, it is refused", async () => {
    await keys
      .row(name)
      .getByRole("button", { name: /^Revoke/ })
      .click();
    const dialog = page.getByRole("dialog", { name: `Revoke key ${name}` });
    await dialog.getByRole("button", { name: "Revoke key" }).click();
    await expect(keys.toast).toContainText(`Key ${name} revoked`);
    await expect(keys.row(name)).toContainText("revoked");
    await expect.poll(async () => (await models()).status).toBe(401);
  });
});

test.describe("channels", () => {
  let sink: WebhookSink;
  test.beforeEach(async () => {
    sink = await openWebhookSink();
  });
  test.afterEach(() => sink.close());

  test("a channel tells a receiver, signed; what the receiver answered is shown", async ({
    page,
    quietConsole,
  }) => {
    const channels = await Channels.open(page);
    const name = "flights on call";

    await test.step("addresses that nobody may be told at are refused", async () => {
      await channels.add(name, "ftp://hooks.example.com/x");
      await expect(channels.form.getByRole("alert").first()).toContainText("Only https:// and http://");
      await channels.form.getByLabel("Webhook address").fill("http://10.1.2.3/hooks");
      await channels.form.getByRole("button", { name: "Add channel" }).click();
      await expect(
        channels.form.getByRole("alert").filter({ hasText: /private|not allowed|address/i }),
      ).toBeVisible();
      // The browser notes by itself that the server refused one.
      expect(quietConsole.splice(0).filter((text) => !text.includes("400"))).toEqual([]);
      await channels.form.getByRole("button", { name: "Cancel" }).click();
    });

    let secret = "";
    await test.step("its signing secret is shown once", async () => {
      await channels.add(name, sink.url);
      const shown = new SecretOnce(page, `Channel ${name}`);
      secret = await shown.read();
      expect(secret).toMatch(/^whsec_/);
      await shown.keep();
      await expect(channels.row(name)).toContainText("Never used");
      expect(await page.content()).not.toContain(secret);
    });

    await test.step("a test arrives, and its signature is of this secret alone", async () => {
      await channels.sendTest(name);
      await expect(channels.toast).toContainText(`Test to ${name} is on its way`);
      await expect(channels.row(name)).toContainText("Delivering");
      const [first] = sink.received;
      if (first === undefined) throw new Error("Nothing was received.");
      expect(verified(secret, first)).toMatchObject({ type: "channel.test", data: { channel: name } });
      const forged = { ...first, body: first.body.replace(name, "somebody else") };
      expect(() => verified(secret, forged)).toThrow();
    });

    await test.step("a receiver in trouble is shown as such", async () => {
      sink.answerWith(500);
      await channels.sendTest(name);
      await expect(channels.row(name)).toContainText("Failing");
      await expect(channels.row(name)).toContainText("answered 500");
      await channels.more(name, "Deliveries");
      await expect(channels.deliveries(name).getByRole("listitem")).toHaveCount(2);
      await expect(channels.deliveries(name).getByRole("listitem").last()).toContainText("Test, delivered");
      await expect(channels.deliveries(name).getByRole("listitem").last()).toContainText("answered 204");
      await page.keyboard.press("Escape");
    });

    await test.step("it is deleted after a second word", async () => {
      await channels.more(name, "Delete…");
      await page.getByRole("button", { name: "Delete channel" }).click();
      await expect(channels.row(name)).toHaveCount(0);
    });
  });

  test("an alert that fires is told to the monitor's channel", async ({ page, world }) => {
    const name = "checkout on call";
    const channels = await Channels.open(page);
    await channels.add(name, sink.url);
    const shown = new SecretOnce(page, `Channel ${name}`);
    const secret = await shown.read();
    await shown.keep();

    const model = await FreshModel.create(world);
    const rule = "Too many requests at once";
    await test.step("a monitor is told which channel to use", async () => {
      await page.goto(`/models/${model.slug}/monitors/new?metric=volume&window=5m&limit=10`);
      await page.getByLabel("Name", { exact: true }).fill(rule);
      await page.getByRole("radio", { name: "above" }).check();
      await page.getByRole("radio", { name: "Page" }).check();
      await page.getByRole("checkbox", { name }).check();
      await page.getByRole("button", { name: "Create monitor" }).click();
      await expect(page).toHaveURL(/\/monitors\/mon_/);
    });

    await test.step("rows arrive as they are made, and the alert is pushed to the inbox and the receiver", async () => {
      const inbox = await AlertInbox.open(page, `?model=${model.slug}`);
      await expect(inbox.link(rule)).toHaveCount(0);
      await model.burst(20);
      await expect(inbox.link(rule)).toBeVisible();
      await expect.poll(() => sink.received.length, { timeout: 30_000 }).toBe(1);
      const [told] = sink.received;
      if (told === undefined) throw new Error("Nothing was received.");
      expect(verified(secret, told)).toMatchObject({
        type: "alert.firing",
        data: { model: model.slug, alerts: [{ state: "firing", severity: "page", monitorName: rule }] },
      });
    });

    await test.step("the alert says who was told, and where the message leads", async () => {
      const { data } = JSON.parse(sink.received[0]?.body ?? "") as {
        data: { alerts: { links: { alert: string } }[] };
      };
      await page.goto(data.alerts[0]?.links.alert ?? "");
      await expect(page.locator(".timeline")).toContainText(name);
    });
  });
});
