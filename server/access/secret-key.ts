import { hkdfSync, randomBytes } from "node:crypto";
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const FILE = "secret.key";
const KEY_BYTES = 32;

/** The installation's secret: the setting when given, else a file that only this user may read, made on first use. */
export function loadSecretKey(dataFolder: string, setting: string | null): string {
  if (setting !== null) return setting;
  const path = join(dataFolder, FILE);
  if (existsSync(path)) return readFileSync(path, "utf8").trim();
  writeFileSync(path, `${randomBytes(KEY_BYTES).toString("base64url")}\n`, { mode: 0o600, flag: "wx" });
  chmodSync(path, 0o600);
  return readFileSync(path, "utf8").trim();
}

/** A key of its own for each purpose, so that one use never weakens another. */
export function deriveKey(secretKey: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", secretKey, "", `plumbline ${purpose}`, KEY_BYTES));
}
