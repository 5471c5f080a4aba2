import type { WindowFolder, WindowTable } from "#server/store/event-store.ts";
import { createWindowFolder as createCountingFolder } from "#server/store/testing/counting-folder.ts";

/** Counts, and fails in a chosen way on rows of a version named after it: `fail:CODE`, or `exit` for the whole thread. */
export function createWindowFolder(options: { readonly table: WindowTable }): WindowFolder {
  const folder = createCountingFolder(options);
  const foldPredictions = folder.foldPredictions.bind(folder);
  folder.foldPredictions = (modelId, version, rows, positions) => {
    if (version === "exit") process.exit(3);
    const code = /^fail:(.+)$/.exec(version)?.[1];
    if (code !== undefined) throw Object.assign(new Error(`A fold failed with ${code}.`), { code });
    foldPredictions(modelId, version, rows, positions);
  };
  return folder;
}
