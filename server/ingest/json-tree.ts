/** An object that JSON.parse made (or one like it), not null and not a list. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Keys in a tree, its own and those further in. The tree is at most as deep as the scanner let through. */
export function countKeys(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  let keys = 0;
  if (Array.isArray(value)) {
    for (const item of value) keys += countKeys(item);
    return keys;
  }
  for (const child of Object.values(value)) keys += 1 + countKeys(child);
  return keys;
}

/** Whether containers nest deeper than `limit`; for trees that no scanner has seen. */
export function isDeeperThan(value: unknown, limit: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (limit === 0) return true;
  return Object.values(value).some((child) => isDeeperThan(child, limit - 1));
}
