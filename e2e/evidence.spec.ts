import type { Monitor } from "#server/api/contract.ts";
import type { ModelBudget } from "#server/api/contracts/budget.ts";
import { getJson } from "./fixtures/api.ts";
import { expect, test, type World } from "./fixtures/world.ts";
import { MonitorEditor } from "./pages/monitor-editor.ts";

const MODEL = "flight-delay";

async function driftMonitorsOf(world: World): Promise<Monitor[]> {
  const { monitors } = await getJson<{ monitors: Monitor[] }>(world, `/api/v1/monitors?model=${MODEL}`);
  return monitors.filter(({ metric, feature }) => metric === "tv" && feature === "temperature");
}

test("watch a feature's drift by evidence: from the drift page to the monitor and its budget", async ({
  page,
  world,
}) => {
  test.setTimeout(180_000);
  const editor = new MonitorEditor(page);

  await test.step("the drift page hands the feature to a monitor that decides by evidence", async () => {
    await page.goto(`/models/${MODEL}/drift?t=1y&f=temperature`);
    await expect(page.getByText("No monitor gathers evidence on this.")).toBeVisible();
    await page.getByRole("link", { name: "Watch its drift" }).click();
    await expect(editor.headline).toContainText(/fired/, { timeout: 30_000 });
    await expect(editor.field("Metric")).toHaveValue("tv");
    await expect(editor.field("Of")).toHaveValue("temperature");
  });

  await test.step("the back-test says that evidence decides, and draws it", async () => {
    await expect(page.getByRole("figure", { name: "Evidence, which decides" })).toBeVisible();
    await expect(page.getByText(/by the evidence that they add up to/)).toBeVisible();
    await expect(page.getByText(/for limit .* …/)).toHaveCount(0);
  });

  await test.step("what is saved is what was tried", async () => {
    await editor.button("Create monitor").click();
    await expect(page).toHaveURL(/\/monitors\/mon_/);
    const [saved] = await driftMonitorsOf(world);
    expect(saved).toMatchObject({ decide: "evidence", limit: 0.05, window: "1d" });
  });

  await test.step("the page of monitors says what the budget allows and who shares it", async () => {
    const budget = await getJson<ModelBudget>(world, `/api/v1/models/${MODEL}/budget`);
    await page.goto(`/models/${MODEL}/monitors`);
    const panel = page.getByRole("region", { name: "False-alarm budget" });
    await expect(panel).toContainText("at most one false alarm a quarter");
    await expect(panel).toContainText(
      budget.monitors === 1 ? "1 monitor shares" : `${budget.monitors} monitors share`,
    );
    await expect(page.getByRole("row").filter({ hasText: "TV of temperature is above 0.05" })).toContainText(
      "by evidence",
    );
  });

  await test.step("its evidence is on the drift page", async () => {
    await expect
      .poll(async () => (await driftMonitorsOf(world))[0]?.evidence ?? null, { timeout: 60_000 })
      .not.toBeNull();
    await page.goto(`/models/${MODEL}/drift?t=1y&f=temperature`);
    const chart = page.getByRole("figure", { name: /^Evidence that temperature has drifted/ });
    await expect(chart).toContainText(/evidence .*alarm/i);
    await chart.getByRole("link", { name: "Monitor" }).click();
    await expect(page).toHaveURL(/\/monitors\/mon_/);
  });
});
