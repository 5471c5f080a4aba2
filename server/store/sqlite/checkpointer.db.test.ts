import { statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Checkpointer } from "#server/store/sqlite/checkpointer.ts";
import { openForReading, openForWriting } from "#server/store/sqlite/open-database.ts";
import { temporaryDirectory } from "#server/store/testing/temporary-directory.ts";

const RULES = { passiveBytes: 100_000, restartBytes: 400_000, insistBytes: 4_000_000 };

function openPair() {
  const path = join(temporaryDirectory("checkpoint"), "test.db");
  const db = openForWriting(path);
  db.exec("CREATE TABLE blocks (block BLOB)");
  const checkpointer = new Checkpointer(db, RULES);
  const insert = db.prepare("INSERT INTO blocks VALUES (?)");
  const write = (blocks: number) => {
    for (let block = 0; block < blocks; block++) {
      insert.run(Buffer.alloc(20_000, block));
      checkpointer.wrote(20_000);
      if (checkpointer.isDue) checkpointer.run();
    }
  };
  return { db, checkpointer, write, reader: openForReading(path), wal: () => statSync(`${path}-wal`).size };
}

test("the log stays small while nobody reads", () => {
  const { db, checkpointer, write, reader, wal } = openPair();
  write(200);
  expect(wal()).toBeLessThan(300_000);
  expect(checkpointer.walBytes).toBeLessThan(RULES.passiveBytes);
  reader.close();
  db.close();
});

test("a reader that holds a snapshot makes the log grow, and once it is gone the log starts over", () => {
  const { db, checkpointer, write, reader, wal } = openPair();
  write(5);
  reader.exec("BEGIN");
  expect(reader.prepare("SELECT count(*) FROM blocks").pluck().get()).toBe(5);
  write(25);
  expect(checkpointer.walBytes).toBeGreaterThan(RULES.restartBytes);
  expect(reader.prepare("SELECT count(*) FROM blocks").pluck().get()).toBe(5);
  reader.exec("COMMIT");
  write(10);
  expect(checkpointer.walBytes).toBeLessThanOrEqual(RULES.passiveBytes);
  const grown = wal();
  write(100);
  expect(wal()).toBe(grown);
  checkpointer.truncate();
  expect(wal()).toBe(0);
  expect(db.pragma("busy_timeout", { simple: true })).toBe(5_000);
  reader.close();
  db.close();
});
