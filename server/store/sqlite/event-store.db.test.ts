import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fixedClock } from "#server/kernel/clock.ts";
import { describeEventStore, type StoreUnderTest } from "#server/store/conformance.ts";
import { openEventReader } from "#server/store/sqlite/event-reader.ts";
import { openEventWriter } from "#server/store/sqlite/event-writer.ts";
import { createWindowFolder } from "#server/store/testing/counting-folder.ts";
import { NOON } from "#server/store/testing/groups.ts";

describeEventStore("SQLite", () => {
  const directory = mkdtempSync(join(tmpdir(), "store-conformance-"));
  const open = () => ({
    writer: openEventWriter({
      directory,
      createFolder: createWindowFolder,
      clock: fixedClock(NOON),
      minFreeBytes: 0,
      // Small enough that the tests meet every kind of merge.
      compaction: { finalRows: 700, fanIn: 4, mostFreshRows: 1_500 },
      onTrouble: (_, error) => {
        throw error;
      },
    }),
    reader: openEventReader(directory),
  });
  const close = () => {
    store.reader.close();
    store.writer.close();
  };
  const store: StoreUnderTest = {
    ...open(),
    reopen: () => {
      close();
      Object.assign(store, open());
    },
    destroy: () => {
      close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
  return store;
});
