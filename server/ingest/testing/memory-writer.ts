import { isDeepStrictEqual } from "node:util";
import type { GroupWriter } from "#server/ingest/group-queue.ts";
import { type BatchRow, labelRows, predictionRows } from "#server/ingest/testing/batch-rows.ts";
import type { AppendedRequest, AppendGroup, AppendRequest, AppendResult } from "#server/store/append.ts";

/** A writer that keeps rows as objects and answers as the contract says; `groups` shows what it was given. */
export class MemoryWriter implements GroupWriter {
  readonly groups: AppendGroup[] = [];
  readonly stored = new Map<string, BatchRow>();
  readonly labels: BatchRow[] = [];
  failure: AppendedRequest["failure"] = null;
  /** While set, commits wait for it. */
  gate: Promise<void> | null = null;

  async append(group: AppendGroup): Promise<AppendResult> {
    // What crosses threads must survive it, and is gone from this side afterwards.
    const received = structuredClone(group, { transfer: buffersOf(group) });
    await this.gate;
    this.groups.push(received);
    const predictions = received.predictions.map(predictionRows);
    const labels = received.labels.map(labelRows);
    const requests = received.requests.map((request) => this.store(request, predictions, labels));
    return { groupId: received.groupId, seq: this.groups.length, requests, changes: [] };
  }

  private store(request: AppendRequest, predictions: BatchRow[][], labels: BatchRow[][]): AppendedRequest {
    const duplicates: [number, number][] = [];
    const conflicts: [number, number][] = [];
    let accepted = 0;
    const { requestId } = request;
    if (this.failure !== null)
      return { requestId, accepted, duplicates, conflicts, failure: this.failure, batchId: "" };
    for (const [slice, { batch, from, to }] of request.predictions.entries()) {
      for (const [i, row] of (predictions[batch] ?? []).slice(from, to).entries()) {
        const key = `${row.modelId}|${row.version}|${row.id}`;
        const known = this.stored.get(key);
        if (known === undefined) {
          this.stored.set(key, row);
          accepted++;
        } else if (isDeepStrictEqual(content(known), content(row))) duplicates.push([slice, i]);
        else conflicts.push([slice, i]);
      }
    }
    for (const { batch, from, to } of request.labels) {
      const rows = (labels[batch] ?? []).slice(from, to);
      this.labels.push(...rows);
      accepted += rows.length;
    }
    return {
      requestId,
      accepted,
      duplicates,
      conflicts,
      failure: null,
      batchId: `batch-${this.groups.length}`,
    };
  }
}

function content(row: BatchRow): unknown {
  return row.fromServer ? { ...row, ts: 0 } : row;
}

function buffersOf(group: AppendGroup): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  for (const batch of [...group.predictions, ...group.labels])
    if (batch.ts.buffer instanceof ArrayBuffer) buffers.add(batch.ts.buffer);
  return [...buffers];
}
