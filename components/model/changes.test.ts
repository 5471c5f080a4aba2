import { expect, test } from "vitest";
import { changesOf } from "#components/model/changes.ts";
import type { AlertListItem, TimelineEvent } from "#server/api/contract.ts";

const event: TimelineEvent = {
  id: "ev_1",
  kind: "deploy",
  at: "2013-09-10T00:00:00Z",
  version: "v2",
  stage: null,
  text: "",
  actor: "ci",
};
// Only what is read.
const alert = (closedAt: string | null) =>
  ({ id: "al_1", openedAt: "2013-09-05T00:00:00Z", closedAt }) as AlertListItem;

test("events and alerts are one list, newest first; a closed alert is two changes", () => {
  const changes = changesOf([event], [alert("2013-09-16T00:00:00Z")]);
  expect(changes.map((change) => change.kind)).toEqual(["closed", "event", "fired"]);
});

test("an open alert has only begun", () => {
  expect(changesOf([], [alert(null)]).map((change) => change.kind)).toEqual(["fired"]);
});
