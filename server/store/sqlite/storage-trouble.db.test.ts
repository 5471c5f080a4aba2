import { copyFileSync, existsSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { fixedClock } from "#server/kernel/clock.ts";
import type { EventWriter } from "#server/store/event-store.ts";
import { openEventReader } from "#server/store/sqlite/event-reader.ts";
import { type EventWriterOptions, openEventWriter } from "#server/store/sqlite/event-writer.ts";
import { networkFileSystem } from "#server/store/sqlite/local-disk.ts";
import { lockDirectory } from "#server/store/sqlite/lock-file.ts";
import { assertDurable, openForWriting } from "#server/store/sqlite/open-database.ts";
import { createWindowFolder, readHourCounts } from "#server/store/testing/counting-folder.ts";
import { createWindowFolder as createFailingFolder } from "#server/store/testing/failing-folder.ts";
import { groupOf, type LoggedRow, NOON } from "#server/store/testing/groups.ts";
import { temporaryDirectory } from "#server/store/testing/temporary-directory.ts";

const DAY_MS = 86_400_000;

function open(directory: string, more: Partial<EventWriterOptions> = {}): EventWriter {
  const clock = fixedClock(NOON);
  return openEventWriter({ directory, createFolder: createWindowFolder, clock, minFreeBytes: 0, ...more });
}

function rows(prefix: string, count: number, ts = NOON): LoggedRow[] {
  return Array.from({ length: count }, (_, at) => ({
    id: `${prefix}${at}`,
    ts: ts + at,
    cells: { "features.x": at },
  }));
}

function send(writer: EventWriter, logged: readonly LoggedRow[], version = "v1") {
  return writer.append(groupOf([{ predictions: [{ version, rows: logged }] }])).requests[0];
}

function countRows(directory: string): number {
  const reader = openEventReader(directory);
  const count = reader.counts(1).reduce((sum, version) => sum + version.predictions, 0);
  let scanned = 0;
  for (const chunk of reader.scan({ modelId: 1, from: 0, to: NOON * 2 })) scanned += chunk.positions.length;
  reader.close();
  expect(scanned).toBe(count);
  return count;
}

test("a request that cannot be folded fails alone, and its neighbours are stored", () => {
  const directory = temporaryDirectory("poison");
  const writer = open(directory, { createFolder: createFailingFolder });
  const { requests } = writer.append(
    groupOf([
      { predictions: [{ rows: rows("a", 3) }] },
      { predictions: [{ version: "fail:ERR", rows: rows("b", 3) }] },
      { predictions: [{ rows: rows("c", 3) }], labels: [{ labels: [{ id: "a1", value: 1 }] }] },
    ]),
  );
  expect(requests.map((request) => request.failure?.reason ?? request.accepted)).toEqual([3, "poison", 4]);
  expect(send(writer, rows("b", 3))).toMatchObject({ accepted: 3 });
  expect(countRows(directory)).toBe(9);
  writer.close();
});

test("a full disk refuses the whole group, keeps nothing of it, and goes on when there is room", () => {
  const directory = temporaryDirectory("full");
  const writer = open(directory, { createFolder: createFailingFolder });
  const answers = writer.append(
    groupOf([
      { predictions: [{ rows: rows("a", 3) }] },
      { predictions: [{ version: "fail:SQLITE_FULL", rows: rows("b", 3) }] },
    ]),
  ).requests;
  expect(answers.map((request) => request.failure?.reason)).toEqual(["storage_full", "storage_full"]);
  expect(send(writer, rows("a", 3))).toMatchObject({ accepted: 3 });
  expect(countRows(directory)).toBe(3);
  writer.close();
});

test("below the least free space nothing is taken in", () => {
  const writer = open(temporaryDirectory("space"), { minFreeBytes: Number.MAX_SAFE_INTEGER });
  expect(send(writer, rows("a", 1))?.failure?.reason).toBe("storage_full");
  writer.close();
});

test("an I/O error is not acknowledged; the store opens again, and the third within a minute ends writing", () => {
  const directory = temporaryDirectory("io");
  const clock = fixedClock(NOON);
  const writer = open(directory, { createFolder: createFailingFolder, clock });
  send(writer, rows("a", 3));
  for (let time = 0; time < 2; time++) {
    expect(send(writer, rows("b", 3), "fail:SQLITE_IOERR_FSYNC")?.failure?.reason).toBe("io_error");
    clock.advance(1_000);
    expect(send(writer, rows(`c${time}`, 2))).toMatchObject({ accepted: 2 });
    expect(send(writer, rows("a", 3))?.duplicates).toHaveLength(3);
  }
  expect(send(writer, rows("b", 3), "fail:SQLITE_IOERR_FSYNC")?.failure?.reason).toBe("io_error");
  expect(send(writer, rows("d", 3))?.failure?.reason).toBe("read_only");
  expect(writer.stats().readOnly).toMatch(/three times/);
  expect(countRows(directory)).toBe(7);
  writer.close();
});

test("a ledger that lost its end or its middle is noticed at the next start", () => {
  const directory = temporaryDirectory("ledger");
  const writer = open(directory);
  for (let batch = 0; batch < 6; batch++) send(writer, rows(`b${batch}-`, 2));
  writer.close();
  const again = open(directory);
  expect(again.stats().ledgerGap).toBe(0);
  again.close();
  const file = new Database(join(directory, "events.db"));
  file.exec("DELETE FROM ledger WHERE seq IN (3, 6)");
  file.close();
  const short = open(directory);
  expect(short.stats().ledgerGap).toBe(2);
  short.close();
});

test.each([
  ["cut", (path: string, size: number) => truncateSync(path, size - 1_000)],
  ["garbled", (path: string, size: number) => overwrite(path, size - 3_000, 64, 0xab)],
  ["zeroed", (path: string, size: number) => overwrite(path, size - 8_192, 8_192, 0)],
])("a log whose end is %s opens whole, and loses only what came last", (_, damage) => {
  const directory = temporaryDirectory("torn");
  const writer = open(directory);
  for (let batch = 0; batch < 10; batch++) send(writer, rows(`b${batch}-`, 20));
  const copy = temporaryDirectory("torn-copy");
  for (const name of ["events.db", "events.db-wal"]) copyFileSync(join(directory, name), join(copy, name));
  writer.close();
  const wal = join(copy, "events.db-wal");
  damage(wal, readFileSync(wal).length);
  const reopened = open(copy);
  const found = countRows(copy);
  expect(found % 20).toBe(0);
  expect(found).toBeGreaterThanOrEqual(160);
  expect(found).toBeLessThan(200);
  expect(windowTotal(copy)).toBe(found);
  expect(send(reopened, rows("b9-", 20))).toMatchObject({ accepted: 20 });
  reopened.close();
  expect(integrity(copy)).toBe("ok");
});

function overwrite(path: string, at: number, count: number, value: number): void {
  const bytes = readFileSync(path);
  bytes.fill(value, at, at + count);
  writeFileSync(path, bytes);
}

function integrity(directory: string): unknown {
  const file = new Database(join(directory, "events.db"), { readonly: true });
  const verdict = file.pragma("integrity_check", { simple: true });
  file.close();
  return verdict;
}

function windowTotal(directory: string): number {
  const reader = openEventReader(directory);
  const windows = reader.readWindows({
    modelId: 1,
    levelMs: 3_600_000,
    from: 0,
    to: NOON * 2,
    withSegments: false,
  });
  reader.close();
  return windows.reduce((sum, record) => sum + readHourCounts(record).predictions, 0);
}

test("a second writer is refused; a lock whose process is gone is taken over", () => {
  const directory = temporaryDirectory("lock");
  const writer = open(directory);
  expect(() => open(directory)).toThrow(/in use by process/);
  writer.close();
  const lock = join(directory, "events.lock");
  expect(existsSync(lock)).toBe(false);
  writeFileSync(
    lock,
    JSON.stringify({ pid: 2 ** 22 + 1, bootId: "another boot", startedAt: "1", token: "t" }),
  );
  open(directory).close();
  lockDirectory(directory, "mine");
  open(directory, { lockToken: "mine" }).close();
});

test("a connection that could lose commits is refused", () => {
  const directory = temporaryDirectory("pragmas");
  open(directory).close();
  const db = openForWriting(join(directory, "events.db"));
  expect(() => assertDurable(db)).not.toThrow();
  db.pragma("synchronous = NORMAL");
  expect(() => assertDurable(db)).toThrow(/synchronous = 1/);
  db.close();
});

test("network file systems are known by their type", () => {
  expect(networkFileSystem(0x6969)).toBe("NFS");
  expect(networkFileSystem(0xff534d42 | 0)).toBe("CIFS");
  expect(networkFileSystem(0xef53)).toBeNull();
});

test("a file of a newer release is left alone", () => {
  const directory = temporaryDirectory("newer");
  open(directory).close();
  const file = new Database(join(directory, "events.db"));
  file.pragma("user_version = 99");
  file.close();
  expect(() => open(directory)).toThrow(/newer Plumbline/);
});

test("rows older than the retention leave; their windows and newer rows stay", () => {
  const directory = temporaryDirectory("expiry");
  const clock = fixedClock(NOON);
  const writer = open(directory, { clock, retentionDays: 30 });
  send(writer, rows("old", 10, NOON - 40 * DAY_MS));
  writer.append(groupOf([{ labels: [{ labels: [{ id: "old1", value: 1 }] }] }]));
  send(writer, rows("new", 10));
  while (writer.maintain(50));
  expect(countRows(directory)).toBe(10);
  expect(windowTotal(directory)).toBe(20);
  writer.rebuildWindows(1, "v1");
  while (writer.maintain(50));
  expect(windowTotal(directory)).toBe(20);
  expect(writer.stats().rows).toBe(10);
  writer.close();
});

test("a damaged chunk says so in words, and rows beside it are still read", () => {
  const directory = temporaryDirectory("bit-rot");
  const writer = open(directory);
  send(writer, rows("a", 200, NOON - DAY_MS));
  send(writer, rows("b", 200));
  writer.close();
  const file = new Database(join(directory, "events.db"));
  const { data } = file.prepare("SELECT data FROM chunks WHERE chunk_id = 1").get() as { data: Buffer };
  data[Math.floor(data.length / 2)] = (data[Math.floor(data.length / 2)] ?? 0) ^ 0xff;
  file.prepare("UPDATE chunks SET data = ? WHERE chunk_id = 1").run(data);
  file.close();
  const reader = openEventReader(directory);
  const query = {
    modelId: 1,
    to: NOON * 2,
    where: [],
    order: "newest",
    limit: 500,
    cursor: null,
    budgetMs: 1_000,
  } as const;
  expect(reader.readRows({ ...query, from: NOON - 1 }).rows).toHaveLength(200);
  expect(() => reader.readRows({ ...query, from: 0 })).toThrow(/damaged/);
  reader.close();
});
