import { isAbsolute, resolve } from "node:path";
import ipaddr from "ipaddr.js";
import { z } from "zod";
import { ServiceError } from "#server/kernel/errors.ts";

const Switch = z
  .enum(["1", "0", "true", "false", "on", "off"], { error: "must be on or off" })
  .transform((text) => text === "1" || text === "true" || text === "on");
const List = z.string().transform((text) =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== ""),
);
const number = (least: number, most: number) =>
  z.coerce
    .number({ error: `must be a whole number from ${least} to ${most}` })
    .int({ error: `must be a whole number from ${least} to ${most}` })
    .min(least, { error: `must be at least ${least}` })
    .max(most, { error: `must be at most ${most}` });

const Settings = z.object({
  PORT: number(0, 65_535).default(3000),
  HOST: z.string().min(1).default("127.0.0.1"),
  PLUMBLINE_DATA: z.string().min(1).default("./data"),
  PLUMBLINE_RETENTION_DAYS: number(1, 36_500).default(400),
  PLUMBLINE_AUTO_CREATE: Switch.default(true),
  PLUMBLINE_WEB: Switch.default(true),
  PLUMBLINE_DEV: Switch.default(false),
  PLUMBLINE_PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: "must be the public address, like https://plumbline.example.org" })
    .optional(),
  PLUMBLINE_SECRET_KEY: z.string().min(32, { error: "must have at least 32 characters" }).optional(),
  PLUMBLINE_ALLOWED_PRIVATE_TARGETS: List.default([]),
  PLUMBLINE_TRUSTED_PROXIES: List.refine(
    (proxies) => proxies.every((proxy) => ipaddr.isValid(proxy) || ipaddr.isValidCIDR(proxy)),
    { error: "must be addresses or networks like 10.0.0.0/8, separated by commas" },
  ).default([]),
  PLUMBLINE_LOG_LEVEL: z.enum(["silent", "error", "warn", "info", "debug"]).default("warn"),
});

export interface Env {
  readonly port: number;
  readonly host: string;
  readonly dataFolder: string;
  readonly retentionDays: number;
  readonly autoCreate: boolean;
  readonly web: boolean;
  /** Pages are built as they are asked for and reload when their source changes. */
  readonly isDevelopment: boolean;
  /** Where people reach this server, without a trailing slash; null: wherever the request came to. */
  readonly publicUrl: string | null;
  readonly secretKey: string | null;
  readonly allowedPrivateTargets: readonly string[];
  readonly trustedProxies: readonly string[];
  readonly logLevel: "silent" | "error" | "warn" | "info" | "debug";
}

/** The only reader of `process.env`. An empty value counts as not set. */
export function readEnv(source: Readonly<Record<string, string | undefined>> = process.env): Env {
  const given = Object.fromEntries(
    Object.entries(source).filter(([, value]) => value !== undefined && value !== ""),
  );
  const read = Settings.safeParse(given);
  if (!read.success) {
    const issue = read.error.issues[0];
    throw new ServiceError("bad_request", `The setting ${issue?.path.join(".")} ${issue?.message}.`, {
      reason: "bad_setting",
    });
  }
  const settings = read.data;
  return {
    port: settings.PORT,
    host: settings.HOST,
    dataFolder: isAbsolute(settings.PLUMBLINE_DATA)
      ? settings.PLUMBLINE_DATA
      : resolve(settings.PLUMBLINE_DATA),
    retentionDays: settings.PLUMBLINE_RETENTION_DAYS,
    autoCreate: settings.PLUMBLINE_AUTO_CREATE,
    web: settings.PLUMBLINE_WEB,
    isDevelopment: settings.PLUMBLINE_DEV,
    publicUrl: settings.PLUMBLINE_PUBLIC_URL?.replace(/\/+$/, "") ?? null,
    secretKey: settings.PLUMBLINE_SECRET_KEY ?? null,
    allowedPrivateTargets: settings.PLUMBLINE_ALLOWED_PRIVATE_TARGETS,
    trustedProxies: settings.PLUMBLINE_TRUSTED_PROXIES,
    logLevel: settings.PLUMBLINE_LOG_LEVEL,
  };
}

/** What a child that holds no secret needs: where programs and temporary files are, and the language. */
export function minimalEnv(
  more: Readonly<Record<string, string>>,
  source: Readonly<Record<string, string | undefined>> = process.env,
): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of ["PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "TZ"]) {
    const value = source[name];
    if (value !== undefined) kept[name] = value;
  }
  return { ...kept, ...more };
}
