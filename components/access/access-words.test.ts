import { expect, test } from "vitest";
import { SetupValues, safeNext, setupProblem, signInProblem } from "./access-words.ts";

test.each([
  ["/models/flight-late?t=7d", "/models/flight-late?t=7d"],
  [null, "/"],
  ["https://evil.example", "/"],
  ["//evil.example", "/"],
  ["/\\evil.example", "/"],
  ["javascript:alert(1)", "/"],
  ["/sign-in?next=/x", "/"],
  ["/sign-ins-of-trouble", "/sign-ins-of-trouble"],
])("after sign-in %s leads to %s", (next, path) => {
  expect(safeNext(next)).toBe(path);
});

test("a wrong password does not tell whether the address exists", () => {
  expect(signInProblem(401)).toBe(signInProblem(404));
  expect(signInProblem(429)).toMatch(/Wait/);
  expect(signInProblem(0)).toMatch(/did not answer/);
});

test("set-up prefers the server's own sentence, but never for its own failures", () => {
  expect(setupProblem(400, "The code is used up.")).toBe("The code is used up.");
  expect(setupProblem(500, "stack trace")).not.toMatch(/stack/);
});

test("set-up wants two equal, long passwords", () => {
  const values = {
    token: "t",
    name: "Kari",
    email: "kari@example.com",
    password: "long enough to pass",
    again: "",
  };
  expect(SetupValues.safeParse({ ...values, again: values.password }).success).toBe(true);
  expect(SetupValues.safeParse(values).error?.issues[0]?.path).toEqual(["again"]);
  const short = SetupValues.safeParse({ ...values, password: "short", again: "short" });
  expect(short.error?.issues[0]?.path).toEqual(["password"]);
});
