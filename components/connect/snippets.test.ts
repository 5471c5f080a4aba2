import { expect, test } from "vitest";
import { KEY_PLACEHOLDER, LANGUAGES, slugOf, snippetsFor } from "#components/connect/snippets.ts";

const input = { origin: "http://localhost:3000", key: null, model: "credit-risk", task: "binary" as const };

test("every language posts to this server, as this model, with the key in a header", () => {
  for (const language of LANGUAGES) {
    const { predictions, labels } = snippetsFor(language, { ...input, key: "plb_in_1" });
    expect(predictions).toContain("http://localhost:3000/api/v1/");
    expect(predictions).toContain("Bearer plb_in_1");
    expect(predictions).toContain("credit-risk");
    expect(labels).toContain("credit-risk");
  }
});

test("without a key there is a placeholder that cannot be mistaken for one", () => {
  expect(snippetsFor("curl", input).predictions).toContain(`Bearer ${KEY_PLACEHOLDER}`);
});

test("the body of the curl snippet is JSON that has what the wire asks for", () => {
  for (const task of ["binary", "multiclass", "regression"] as const) {
    const { predictions, labels } = snippetsFor("curl", { ...input, task });
    const body = JSON.parse(predictions.slice(predictions.indexOf("-d '") + 4, -1));
    expect(body.predictions[0].prediction_id).toBe("p-1");
    expect(body.predictions[0].output.value ?? body.predictions[0].output.probability).toBeDefined();
    expect(JSON.parse(labels.slice(labels.indexOf("-d '") + 4, -1)).labels[0].value).toBeDefined();
  }
});

test("names become slugs", () => {
  expect(slugOf(" Credit risk (EU) ")).toBe("credit-risk-eu");
  expect(slugOf("flight_late.v2")).toBe("flight_late.v2");
  expect(slugOf("'; rm -rf /")).toMatch(/^[a-z0-9._-]+$/);
});
