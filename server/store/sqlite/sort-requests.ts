import type { AppendedRequest, AppendGroup, AppendRequest } from "#server/store/append.ts";
import { type IdempotencyTable, keyConflict, scopedKey } from "#server/store/sqlite/idempotency-table.ts";
import { failed } from "#server/store/sqlite/storage-failure.ts";

export type Answers = Map<AppendRequest, AppendedRequest>;

/**
 * Answers what needs no transaction: keys that were seen before, and everything while nothing can be written.
 * `repeated` share a key with an earlier request of the same group and wait for its answer.
 */
export function sortRequests(
  group: AppendGroup,
  answers: Answers,
  idempotency: IdempotencyTable,
  refusal: "read_only" | "storage_full" | null,
): { fresh: AppendRequest[]; repeated: AppendRequest[] } {
  const fresh: AppendRequest[] = [];
  const repeated: AppendRequest[] = [];
  const keys = new Set<string>();
  for (const request of group.requests) {
    const key = scopedKey(request);
    const known = key === null || refusal === "read_only" ? null : idempotency.recall(request);
    if (known !== null) answers.set(request, known);
    else if (refusal !== null) answers.set(request, failed(request, refusal));
    else if (key !== null && keys.has(key)) repeated.push(request);
    else fresh.push(request);
    if (key !== null) keys.add(key);
  }
  return { fresh, repeated };
}

/** The second of two requests with one key in one group: it gets the first one's answer. */
export function answerAgain(group: AppendGroup, request: AppendRequest, answers: Answers): AppendedRequest {
  const key = scopedKey(request);
  const first = group.requests.find((other) => other !== request && scopedKey(other) === key);
  const answer = first && answers.get(first);
  if (!first || !answer) return failed(request, "poison");
  if (first.bodyHash !== request.bodyHash) return keyConflict(request);
  return { ...answer, requestId: request.requestId, replayed: answer.failure === null };
}
