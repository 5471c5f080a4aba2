import type { MultivariateAnswer } from "#server/api/contracts/multivariate.ts";
import { getJson } from "./fixtures/api.ts";
import { expect, test } from "./fixtures/world.ts";

test("all features together: only when asked, the API's numbers in a sentence, in the link, and stopped at will", async ({
  page,
  world,
}) => {
  test.setTimeout(180_000);
  const day = (text: string) => new Date(Date.parse(`${text}T00:00:00Z`) + world.shiftMs).toISOString();
  const range = { from: day("2013-11-01"), to: day("2013-11-15") };
  const path = `/models/flight-late/drift?t=${range.from}..${range.to}&w=1d`;
  const panel = page.getByRole("region", { name: "All features together" });

  await test.step("nothing is computed until somebody asks; asking is part of the address", async () => {
    await page.goto(path);
    await expect(panel.getByRole("table")).toHaveCount(0);
    await panel.getByRole("button", { name: "Compare all features together" }).press("Enter");
    await expect(page).toHaveURL(/joint=1/);
  });

  await test.step("the sentence and the tables are what the API answers", async () => {
    const answer = await getJson<MultivariateAnswer>(
      world,
      `/api/v1/models/flight-late/drift/multivariate?from=${range.from}&to=${range.to}`,
    );
    const first = answer.classifier?.importances[0]?.feature ?? "";
    await expect(panel).toContainText(
      new RegExp(
        `A classifier tells this range from the reference with AUC 0\\.\\d\\d .*: mostly by ${first}`,
      ),
      { timeout: 90_000 },
    );
    await expect(panel.getByRole("row", { name: /Classifier, boosted trees/ })).toContainText(
      (answer.classifier?.trees.value ?? 0).toFixed(2),
    );
    const pair = answer.correlation?.pairs[0]?.features.join(" · ") ?? "";
    await expect(panel.getByRole("row", { name: new RegExp(pair) })).toBeVisible();
  });

  await test.step("what it cannot see is said", async () => {
    await panel.getByText("What each view means, and what it cannot see").press("Enter");
    await expect(panel.getByText(/blind to change along the directions that are kept/)).toBeVisible();
  });

  await test.step("a link with the question shows the answer; closing it takes the question back", async () => {
    await page.goto(`${path}&joint=1`);
    await expect(panel).toContainText("A classifier", { timeout: 90_000 });
    await panel.getByRole("button", { name: "Close" }).click();
    await expect(page).not.toHaveURL(/joint=/);
    await expect(panel.getByRole("button", { name: "Compare all features together" })).toBeVisible();
  });
});
