import { expect, test } from "vitest";
import { minimalEnv, readEnv } from "#server/kernel/env.ts";

test("everything has a default", () => {
  expect(readEnv({})).toMatchObject({
    port: 3000,
    host: "127.0.0.1",
    retentionDays: 400,
    autoCreate: true,
    web: true,
  });
});

test("values are read, empty ones count as not set", () => {
  const env = readEnv({
    PORT: "4100",
    HOST: "",
    PLUMBLINE_DATA: "/srv/plumbline",
    PLUMBLINE_AUTO_CREATE: "off",
    PLUMBLINE_PUBLIC_URL: "https://plumbline.example.org/",
    PLUMBLINE_ALLOWED_PRIVATE_TARGETS: "10.0.3.0/24, hooks.lan",
  });
  expect(env).toMatchObject({
    port: 4100,
    host: "127.0.0.1",
    dataFolder: "/srv/plumbline",
    autoCreate: false,
    publicUrl: "https://plumbline.example.org",
    allowedPrivateTargets: ["10.0.3.0/24", "hooks.lan"],
  });
});

test.each([
  [{ PORT: "many" }, /PORT must be/],
  [{ PORT: "70000" }, /PORT must be at most 65535/],
  [{ PLUMBLINE_RETENTION_DAYS: "0" }, /PLUMBLINE_RETENTION_DAYS must be at least 1/],
  [{ PLUMBLINE_TRUSTED_PROXIES: "10.0.0.0/8, proxy.lan" }, /PLUMBLINE_TRUSTED_PROXIES must be addresses/],
  [{ PLUMBLINE_AUTO_CREATE: "maybe" }, /PLUMBLINE_AUTO_CREATE must be on or off/],
  [{ PLUMBLINE_SECRET_KEY: "short-canary" }, /PLUMBLINE_SECRET_KEY must have/],
])("a bad setting is named in one sentence: %j", (source, sentence) => {
  expect(() => readEnv(source)).toThrow(sentence);
  expect(() => readEnv(source)).not.toThrow(/canary/);
});

test("a child sees no secret", () => {
  const child = minimalEnv(
    { PORT: "1" },
    { PATH: "/bin", PLUMBLINE_SECRET_KEY: "canary", AWS_SECRET: "canary" },
  );
  expect(child).toEqual({ PATH: "/bin", PORT: "1" });
});
