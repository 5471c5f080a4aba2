import { expect, test } from "vitest";
import { otherVersion } from "#components/model/use-other-version.ts";
import type { ModelDetail, VersionInfo } from "#server/api/contract.ts";

const at = (day: string) => Date.parse(`2013-${day}T00:00:00Z`);
const version = (
  name: string,
  stage: VersionInfo["stage"],
  first: string,
  last: string,
  since: string | null,
): VersionInfo => ({
  version: name,
  stage,
  stageSince: since && new Date(at(since)).toISOString(),
  reference: null,
  predictions: 1,
  labelled: 1,
  firstTs: new Date(at(first)).toISOString(),
  lastTs: new Date(at(last)).toISOString(),
});
// Only what is read.
const detail = (versions: VersionInfo[], liveVersion: string | null) =>
  ({ versions, liveVersion }) as ModelDetail;

const v1 = version("v1", "retired", "03-01", "07-01", "07-01");
const v2 = version("v2", "champion", "06-01", "09-23", "07-01");

test("the champion is drawn as challenger before it was promoted", () => {
  expect(otherVersion(detail([v1, v2], "v2"), at("03-25"), at("09-23"))).toEqual({
    version: "v2",
    untilMs: at("07-01"),
  });
});

test("not where the range begins after the promotion", () => {
  expect(otherVersion(detail([v1, v2], "v2"), at("08-01"), at("09-23"))).toBeNull();
});

test("a running challenger comes first", () => {
  const v3 = version("v3", "challenger", "09-01", "09-23", "09-01");
  expect(otherVersion(detail([v1, v2, v3], "v2"), at("08-01"), at("09-23"))).toEqual({
    version: "v3",
    untilMs: at("09-23"),
  });
});
