import type { FairnessAnswer } from "#server/api/contracts/fairness.ts";
import { askApi, getJson } from "./fixtures/api.ts";
import { expect, test } from "./fixtures/world.ts";
import { FairnessView } from "./pages/fairness.ts";
import { Shell } from "./pages/shell.ts";

const ALL = "?t=all";

test("compare groups: choose what is fair, see who differs and how sure that is", async ({ page, world }) => {
  const view = new FairnessView(page);
  const shell = new Shell(page);

  await test.step("the page opens with a sentence that names a group, its interval and a verdict", async () => {
    await page.goto(`/models/flight-late/fairness${ALL}&by=origin`);
    await expect(shell.answer).toContainText(/is 0\.\d\d of EWR’s \(95 % CI 0\.\d\d–0\.\d\d\): /);
    await expect(view.row("Impact ratio by origin", "EWR")).toContainText("reference group");
  });

  await test.step("the numbers are those of the API", async () => {
    const answer = await getJson<FairnessAnswer>(
      world,
      "/api/v1/models/flight-late/fairness?key=origin&window=7d",
    );
    const jfk = answer.groups.find(({ group }) => group === "JFK");
    const ratio = jfk?.gaps.find(({ criterion }) => criterion === "selection_ratio")?.value ?? Number.NaN;
    await expect(view.row("Impact ratio by origin", "JFK")).toContainText(ratio.toFixed(2));
  });

  await test.step("another criterion says what it asks, keeps the groups, and stays in the address", async () => {
    await view.choice("Criterion").selectOption({ label: "Equal opportunity" });
    await expect(page).toHaveURL(/criterion=equal_opportunity/);
    await expect(page.getByText("Of those who are truly positive")).toBeVisible();
    await expect(view.row("Equal opportunity by origin", "JFK")).toContainText(/[−+]\d+\.\d .* to /);
    await expect(view.panel("By the other criteria")).toContainText("Predictive parity");
    await expect(page.getByText(/cannot all hold at once/)).toBeVisible();
  });

  await test.step("another reference group turns the comparison over", async () => {
    await view.choice("Reference group").selectOption("LGA");
    await expect(page).toHaveURL(/ref=LGA/);
    await expect(view.row("Equal opportunity by origin", "LGA")).toContainText("reference group");
    await expect(view.row("Equal opportunity by origin", "EWR")).toContainText(/\+\d/);
  });

  await test.step("a group that is too small has no verdict, however far away it is", async () => {
    await view.choice("Attribute").selectOption("carrier");
    await expect(page).toHaveURL(/by=carrier/);
    await expect(view.panel("Too small to judge")).toContainText("OO");
    await expect(view.row("Equal opportunity by carrier", "OO")).toHaveCount(0);
  });

  await test.step("a group is followed over time", async () => {
    await view.table("Equal opportunity by carrier").getByRole("button", { name: "EV", exact: true }).click();
    await expect(page.getByRole("figure", { name: "EV over time" })).toBeVisible();
    await expect(page).toHaveURL(/g=EV/);
  });

  await test.step("a threshold can be tried, and what was decided comes back", async () => {
    await view.choice("Try a threshold").fill("0.5");
    await expect(page).toHaveURL(/cut=0\.5/);
    await page.getByRole("button", { name: "Back", exact: true }).click();
    await expect(page).not.toHaveURL(/cut=/);
  });

  await test.step("the audit table is a file, too", async () => {
    const answer = await askApi(world, "/api/v1/models/flight-late/fairness?key=origin&format=csv");
    expect(answer.headers.get("content-type")).toContain("text/csv");
    expect((await answer.text()).split("\n")[0]).toContain("impact_ratio");
  });
});

test("a limit is converted into other tools’ units", async ({ page }) => {
  await page.goto("/models/flight-late/drift");
  await page.getByText("Convert a limit").click();
  await page.getByLabel("Value", { exact: true }).fill("0.1");
  await page.getByLabel("Unit", { exact: true }).selectOption({ label: "PSI" });
  await expect(page.getByText(/a mean that moved by 0\.32 standard deviations/)).toBeVisible();
  await page.getByLabel("Value", { exact: true }).fill("-1");
  await expect(page.getByRole("alert").filter({ hasText: "No plain shift has this value" })).toBeVisible();
});
