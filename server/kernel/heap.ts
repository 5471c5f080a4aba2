import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const SEMI_SPACE_MIB = 8;
const TRIM_AFTER_MS = 3_000;

/** Bounds the young generation of every thread that starts from now on: by default each grows to 48 MiB while it loads modules. */
export function keepThreadHeapsSmall(): void {
  setFlagsFromString(`--max-semi-space-size=${SEMI_SPACE_MIB}`);
}

/**
 * Loading some hundred TypeScript modules leaves this thread's heap many times as large as what it uses, and an idle heap
 * is not looked at again; one full collection soon after the start gives the memory back.
 */
export function trimHeapOnceLoaded(): void {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect === "function") setTimeout(() => collect(), TRIM_AFTER_MS).unref();
}
