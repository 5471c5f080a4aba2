import { afterAll, beforeAll, expect, test } from "vitest";
import { appRouter } from "#server/api/root.ts";
import { REST_ROUTES } from "#server/http/rest/rest-routes.ts";
import { openTestDoor, type TestDoor } from "#server/testing/open-test-door.ts";

type Scope = "ingest" | "read" | "manage" | "people";

/** Said once more by hand: what is not here, or says otherwise than the router, fails. */
const PROCEDURES: Readonly<Record<string, Scope>> = {
  "models.list": "read",
  "models.get": "read",
  "models.create": "manage",
  "models.update": "manage",
  "models.events": "read",
  "models.addEvent": "manage",
  "fleet.get": "read",
  "metrics.list": "read",
  "metrics.query": "read",
  "drift.distribution": "read",
  "drift.multivariate": "read",
  "performance.curves": "read",
  "performance.estimates": "read",
  "performance.labelAges": "read",
  "performance.segments": "read",
  "segments.change": "read",
  "segments.table": "read",
  "segments.worst": "read",
  "fairness.get": "read",
  "quality.get": "read",
  "predictions.log": "ingest",
  "predictions.search": "read",
  "predictions.get": "read",
  "labels.log": "ingest",
  "references.fromRange": "manage",
  "monitors.list": "read",
  "monitors.get": "read",
  "monitors.create": "manage",
  "monitors.update": "manage",
  "monitors.delete": "manage",
  "monitors.backtest": "read",
  "monitors.budget": "read",
  "monitors.evidence": "read",
  "monitors.recommended": "read",
  "monitors.watch": "manage",
  "alerts.list": "read",
  "alerts.get": "read",
  "alerts.acknowledge": "manage",
  "alerts.unacknowledge": "manage",
  "alerts.assign": "manage",
  "alerts.silence": "manage",
  "alerts.unsilence": "manage",
  "alerts.resolve": "manage",
  "alerts.note": "manage",
  "channels.list": "read",
  "channels.create": "manage",
  "channels.update": "manage",
  "channels.delete": "manage",
  "channels.test": "manage",
  "channels.deliveries": "read",
  "keys.list": "people",
  "keys.create": "people",
  "keys.revoke": "people",
  "session.me": "people",
  "live.changes": "read",
};

const ROUTES: Readonly<Record<string, Scope>> = {
  "POST /api/v1/predictions": "ingest",
  "POST /api/v1/labels": "ingest",
  "GET /api/v1/models": "read",
  "POST /api/v1/models": "manage",
  "GET /api/v1/models/{model}": "read",
  "PATCH /api/v1/models/{model}": "manage",
  "GET /api/v1/models/{model}/events": "read",
  "POST /api/v1/models/{model}/events": "manage",
  "GET /api/v1/models/{model}/metrics": "read",
  "GET /api/v1/models/{model}/estimates": "read",
  "GET /api/v1/models/{model}/label-ages": "read",
  "GET /api/v1/metrics": "read",
  "GET /api/v1/models/{model}/fairness": "read",
  "GET /api/v1/models/{model}/quality": "read",
  "GET /api/v1/models/{model}/segments": "read",
  "GET /api/v1/models/{model}/segments/change": "read",
  "GET /api/v1/models/{model}/segments/worst": "read",
  "GET /api/v1/models/{model}/drift/multivariate": "read",
  "POST /api/v1/models/{model}/references": "manage",
  "GET /api/v1/predictions": "read",
  "GET /api/v1/predictions/{model}/{prediction_id}": "read",
  "GET /api/v1/monitors": "read",
  "POST /api/v1/monitors": "manage",
  "POST /api/v1/monitors/backtest": "read",
  "GET /api/v1/models/{model}/budget": "read",
  "GET /api/v1/models/{model}/evidence": "read",
  "GET /api/v1/models/{model}/recommended-monitors": "read",
  "POST /api/v1/models/{model}/recommended-monitors": "manage",
  "GET /api/v1/monitors/{id}": "read",
  "PATCH /api/v1/monitors/{id}": "manage",
  "DELETE /api/v1/monitors/{id}": "manage",
  "GET /api/v1/alerts": "read",
  "GET /api/v1/alerts/{id}": "read",
  "POST /api/v1/alerts/{id}/acknowledge": "manage",
  "POST /api/v1/alerts/{id}/unacknowledge": "manage",
  "POST /api/v1/alerts/{id}/assign": "manage",
  "POST /api/v1/alerts/{id}/silence": "manage",
  "POST /api/v1/alerts/{id}/unsilence": "manage",
  "POST /api/v1/alerts/{id}/resolve": "manage",
  "POST /api/v1/alerts/{id}/note": "manage",
  "GET /api/v1/channels": "read",
  "POST /api/v1/channels": "manage",
  "PATCH /api/v1/channels/{id}": "manage",
  "DELETE /api/v1/channels/{id}": "manage",
  "POST /api/v1/channels/{id}/test": "manage",
  "GET /api/v1/channels/{id}/deliveries": "read",
};

const CALLERS = ["anonymous", "ingest", "read", "manage", "revoked", "session"] as const;
type Caller = (typeof CALLERS)[number];

let door: TestDoor;
const headersOf: Record<Caller, Record<string, string>> = {
  anonymous: {},
  ingest: {},
  read: {},
  manage: {},
  revoked: {},
  session: {},
};
beforeAll(async () => {
  door = await openTestDoor();
  for (const scope of ["ingest", "read", "manage"] as const) {
    headersOf[scope] = { authorization: `Bearer ${door.makeKey(scope).key}` };
  }
  const revoked = door.makeKey("ingest", "read", "manage");
  door.revoke(revoked.info.id);
  headersOf.revoked = { authorization: `Bearer ${revoked.key}` };
  headersOf.session = { cookie: (await door.createOwner()).cookie, "x-plumbline-csrf": "1" };
});
afterAll(() => door.close());

type Verdict = "signed out" | "forbidden" | "let in";

function expected(scope: Scope, caller: Caller): Verdict {
  if (caller === "anonymous" || caller === "revoked") return "signed out";
  return caller === "session" || caller === scope ? "let in" : "forbidden";
}

async function ask(method: string, path: string, caller: Caller): Promise<Verdict> {
  const ending = new AbortController();
  const hasBody = method === "POST" || method === "PATCH";
  const response = await fetch(door.url + path, {
    method,
    headers: { ...headersOf[caller], ...(hasBody ? { "content-type": "application/json" } : {}) },
    ...(hasBody ? { body: "{}" } : {}),
    redirect: "manual",
    signal: ending.signal,
  });
  const { status } = response;
  ending.abort();
  // After ten failures an address is told to wait, which keeps it out just as well.
  if (status === 401 || (status === 429 && caller === "revoked")) return "signed out";
  return status === 403 ? "forbidden" : "let in";
}

interface AnyProcedure {
  readonly _def: {
    readonly type: "query" | "mutation" | "subscription";
    readonly meta?: { readonly permission?: string };
  };
}
const procedures = Object.entries(appRouter._def.procedures as unknown as Record<string, AnyProcedure>);

test("every procedure and every route has its row, and no row is left over", () => {
  expect(procedures.map(([name]) => name).sort()).toEqual(Object.keys(PROCEDURES).sort());
  const routes = REST_ROUTES.map(({ method, path }) => `${method} ${path}`);
  expect([...routes, "POST /api/v1/predictions", "POST /api/v1/labels"].sort()).toEqual(
    Object.keys(ROUTES).sort(),
  );
  expect(procedures.every(([, { _def }]) => _def.meta?.permission !== undefined)).toBe(true);
});

test.each(procedures)("%s lets in exactly whom it should", async (name, { _def }) => {
  const scope = PROCEDURES[name] ?? "people";
  const method = _def.type === "mutation" ? "POST" : "GET";
  const verdicts: Partial<Record<Caller, Verdict>> = {};
  for (const caller of CALLERS) verdicts[caller] = await ask(method, `/api/trpc/${name}`, caller);
  expect(verdicts).toEqual(Object.fromEntries(CALLERS.map((caller) => [caller, expected(scope, caller)])));
});

test.each(Object.entries(ROUTES))("%s lets in exactly whom it should", async (name, scope) => {
  const [method = "", pattern = ""] = name.split(" ");
  const path = pattern.replaceAll(/\{\w+\}/g, "x");
  const verdicts: Partial<Record<Caller, Verdict>> = {};
  for (const caller of CALLERS) verdicts[caller] = await ask(method, path, caller);
  expect(verdicts).toEqual(Object.fromEntries(CALLERS.map((caller) => [caller, expected(scope, caller)])));
});

test("whoever was kept out reached no service", async () => {
  door.reached.length = 0;
  for (const caller of ["anonymous", "ingest", "revoked"] as const) {
    await ask("GET", "/api/v1/models", caller);
    await ask("GET", "/api/trpc/models.list", caller);
  }
  expect(door.reached).toEqual([]);
  await ask("GET", "/api/trpc/models.list", "read");
  expect(door.reached).toEqual(["models.list"]);
});
