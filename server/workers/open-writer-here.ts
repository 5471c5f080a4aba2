import { openEventWriter } from "#server/store/sqlite/event-writer.ts";
import { createWindowFolder } from "#server/windows/window-folder.ts";
import type { WriterHandle, WriterHandleOptions } from "#server/workers/writer-handle.ts";

const SLICE_MS = 20;
const IDLE_MS = 1_000;

/** The writer in this very thread. */
export function openWriterHere(options: WriterHandleOptions): WriterHandle {
  const writer = openEventWriter({
    directory: options.dataFolder,
    createFolder: createWindowFolder,
    schemas: options.schemas,
    retentionDays: options.retentionDays,
    lockToken: options.lockToken,
  });
  let timer: NodeJS.Timeout;
  const maintain = () => {
    const more = writer.maintain(SLICE_MS);
    const changes = writer.takeChanges();
    if (changes.length > 0) options.onChanges(changes);
    timer = setTimeout(maintain, more ? 0 : IDLE_MS);
  };
  timer = setTimeout(maintain, IDLE_MS);
  return {
    append: async (group) => writer.append(group),
    changeLayout: async (schema, change) => {
      writer.append({
        groupId: 0,
        receivedAt: 0,
        schemas: [schema],
        predictions: [],
        labels: [],
        requests: [],
      });
      writer.changeLayout(change);
    },
    stats: () => writer.stats(),
    close: async () => {
      clearTimeout(timer);
      writer.close();
    },
  };
}
