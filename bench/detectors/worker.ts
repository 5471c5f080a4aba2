import { parentPort, workerData } from "node:worker_threads";
import { EXPERIMENTS } from "./experiments.ts";

parentPort?.on("message", (name: string) => {
  parentPort?.postMessage(EXPERIMENTS[name]?.(workerData));
});
