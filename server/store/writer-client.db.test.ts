import { expect, test } from "vitest";
import { openEventReader } from "#server/store/sqlite/event-reader.ts";
import { groupOf, type LoggedRow, NOON } from "#server/store/testing/groups.ts";
import { temporaryDirectory } from "#server/store/testing/temporary-directory.ts";
import { startWriter, type WriterClientOptions } from "#server/store/writer-client.ts";

function options(directory: string, more: Partial<WriterClientOptions> = {}): WriterClientOptions {
  return {
    directory,
    retentionDays: 400_000,
    lockToken: "token",
    schemas: [],
    minFreeBytes: 0,
    folderModule: new URL("./testing/failing-folder.ts", import.meta.url).href,
    ...more,
  };
}

function rows(prefix: string, count: number): LoggedRow[] {
  return Array.from({ length: count }, (_, at) => ({
    id: `${prefix}${at}`,
    ts: NOON + at,
    cells: { "features.x": at },
  }));
}

const logged = (prefix: string, version = "v1") =>
  groupOf([{ predictions: [{ version, rows: rows(prefix, 50) }] }]);

test("what the thread acknowledges is there for a reader, and its buffers were given away", async () => {
  const directory = temporaryDirectory("thread");
  const writer = await startWriter(options(directory));
  const group = logged("a");
  const answers = await Promise.all([
    writer.append(group),
    writer.append(logged("b")),
    writer.append(logged("a")),
  ]);
  expect(answers.map(({ requests: [request] }) => [request?.accepted, request?.duplicates.length])).toEqual([
    [50, 0],
    [50, 0],
    [0, 50],
  ]);
  expect(answers.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  expect(group.predictions[0]?.ts.length).toBe(0);
  const reader = openEventReader(directory);
  expect(reader.counts(1)).toMatchObject([{ predictions: 100, duplicates: 50 }]);
  reader.close();
  await writer.close();
});

test("background work tells which windows it changed", async () => {
  const directory = temporaryDirectory("changes");
  const changed = Promise.withResolvers<void>();
  const writer = await startWriter(
    options(directory, {
      onChanges: (changes) => {
        if (changes.some(({ modelId, version }) => modelId === 1 && version === "v1")) changed.resolve();
      },
    }),
  );
  await writer.append(logged("a"));
  await writer.rebuildWindows(1, "v1");
  await changed.promise;
  expect(await writer.erase(1, ["a7", "unknown"])).toBe(1);
  await writer.close();
});

test("a second writer on the same data is refused in words", async () => {
  const directory = temporaryDirectory("second");
  const writer = await startWriter(options(directory));
  await expect(startWriter(options(directory, { lockToken: "another" }))).rejects.toThrow(
    /in use by process/,
  );
  await writer.close();
});

test("a thread that dies fails what it had, is replaced, and has lost nothing that it acknowledged", async () => {
  const directory = temporaryDirectory("death");
  const restarted = Promise.withResolvers<void>();
  const writer = await startWriter(options(directory, { onRestart: () => restarted.resolve() }));
  await writer.append(logged("a"));
  await expect(writer.append(logged("b", "exit"))).rejects.toMatchObject({
    code: "unavailable",
    reason: "starting",
  });
  await restarted.promise;
  const { requests } = await writer.append(logged("a"));
  expect(requests[0]?.duplicates).toHaveLength(50);
  await writer.close();
});
