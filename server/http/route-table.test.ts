import { expect, test } from "vitest";
import { createRouteTable, type Route } from "#server/http/route-table.ts";

const routes: Route[] = [
  { method: "GET", path: "/api/v1/models" },
  { method: "POST", path: "/api/v1/models" },
  { method: "GET", path: "/api/v1/models/{model}" },
  { method: "GET", path: "/api/v1/models/{model}/metrics" },
  { method: "GET", path: "/api/v1/predictions/{model}/{prediction_id}" },
];
const find = createRouteTable(routes);

test.each([
  ["GET", "/api/v1/models", "/api/v1/models", {}],
  ["HEAD", "/api/v1/models", "/api/v1/models", {}],
  ["GET", "/api/v1/models/a%2Fb", "/api/v1/models/{model}", { model: "a/b" }],
  ["GET", "/api/v1/models/m/metrics", "/api/v1/models/{model}/metrics", { model: "m" }],
  [
    "GET",
    "/api/v1/predictions/m/x%20y",
    "/api/v1/predictions/{model}/{prediction_id}",
    { model: "m", prediction_id: "x y" },
  ],
])("%s %s", (method, path, found, parameters) => {
  const match = find(method, path);
  expect(match.route.path).toBe(found);
  expect({ ...match.parameters }).toEqual(parameters);
});

test("__proto__ is a value like any other", () => {
  expect(find("GET", "/api/v1/models/__proto__").parameters.model).toBe("__proto__");
});

test.each(["/api/v1/nothing", "/api/v1", "/", "/api/v1/models/m/metrics/x", "/api/v1/models/m/"])(
  "%s is 404",
  (path) => {
    expect(() => find("GET", path)).toThrow(expect.objectContaining({ code: "not_found" }));
  },
);

test("a known path with another method is 405 and says which", () => {
  expect(() => find("DELETE", "/api/v1/models")).toThrow(
    expect.objectContaining({ code: "method_not_allowed", facts: { allow: "GET, POST" } }),
  );
});

test("a broken escape is 400", () => {
  expect(() => find("GET", "/api/v1/models/%ff")).toThrow(expect.objectContaining({ code: "bad_request" }));
});

test("a path that is served elsewhere is known: 405 with every method, not 404", () => {
  const withIngest = createRouteTable(routes, [
    { method: "POST", path: "/api/v1/labels" },
    { method: "POST", path: "/api/v1/predictions/{model}/{prediction_id}" },
  ]);
  const refusal = (allow: string) =>
    expect.objectContaining({ code: "method_not_allowed", facts: { allow } });
  expect(() => withIngest("GET", "/api/v1/labels")).toThrow(refusal("POST"));
  expect(() => withIngest("PUT", "/api/v1/predictions/m/x")).toThrow(refusal("GET, POST"));
});
