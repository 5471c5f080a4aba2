import { getJson } from "./fixtures/api.ts";
import { expect, test } from "./fixtures/world.ts";
import { Chart } from "./pages/chart.ts";

interface Estimates {
  points: { value: number | null; realised: { value: number | null } }[];
  scorecard: { windows: number; held: number } | null;
}

test("a metric as estimated without labels stands beside what labels said, with how often that was right", async ({
  page,
  world,
}) => {
  const answer = await getJson<Estimates>(world, "/api/v1/models/flight-late/estimates?window=7d");
  const both = answer.points.filter(({ value, realised }) => value !== null && realised.value !== null);
  expect(both.length).toBeGreaterThan(0);

  await page.goto("/models/flight-late/performance?t=90d&w=7d");
  const chart = new Chart(page, "Estimated against realised");
  await expect(chart.figure).toBeVisible();
  await expect(chart.figure.getByText("realised, from labels")).toBeVisible();
  await expect(
    chart.figure.getByText(/^Over the last \d+ judged windows the estimate was off by/),
  ).toBeVisible();

  await chart.figure.getByText("What the estimate assumes").press("Enter");
  await expect(chart.figure.getByText(/A score still means what it meant in the reference/)).toBeVisible();

  await page.goto("/models/flight-late/performance?t=90d&w=7d&m=ece");
  await expect(page.getByText(/cannot be estimated without labels here/)).toBeVisible();
});
