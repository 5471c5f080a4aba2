import { expect, test } from "vitest";
import { countAck, countBy, createIngestCounters, ingestNumbers } from "#server/ingest/ingest-counters.ts";

test("acknowledgements fall into buckets by their time", () => {
  const counters = createIngestCounters();
  for (const elapsedMs of [0.2, 1, 1.5, 60_000]) countAck(counters, elapsedMs);
  const numbers = ingestNumbers(counters);
  expect([
    numbers.ingest_ack_within_1_ms,
    numbers.ingest_ack_within_2_ms,
    numbers.ingest_ack_within_more_ms,
  ]).toEqual([2, 1, 1]);
  expect(numbers.ingest_ack_ms_sum).toBeCloseTo(60_002.7);
});

test("the names are there before anything was counted", () => {
  const counters = createIngestCounters();
  const before = Object.keys(ingestNumbers(counters));
  countBy(counters.rejectedByCode, "duplicate_key", 3);
  expect(Object.keys(ingestNumbers(counters))).toEqual(before);
  expect(ingestNumbers(counters).ingest_rejected_duplicate_key_total).toBe(3);
});
