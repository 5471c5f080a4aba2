import { z } from "zod";
import {
  AlertsInput,
  BacktestInput,
  CreateChannelInput,
  CreateMonitorInput,
  UpdateMonitorInput,
} from "#server/api/contract.ts";
import { BudgetInput, EvidenceInput, RecommendedInput, WatchInput } from "#server/api/contracts/budget.ts";
import {
  AlertIdInput,
  AssignInput,
  DeliveriesInput,
  IdInput,
  NoteInput,
  ResolveInput,
  SilenceInput,
  UpdateChannelInput,
} from "#server/api/inputs.ts";
import { jsonRoute, type RestRoute } from "#server/http/rest/rest-route.ts";

const Nothing = z.object({});

const monitors: readonly RestRoute[] = [
  jsonRoute({
    method: "GET",
    path: "/api/v1/monitors",
    permission: "monitors:read",
    summary: "Monitors with their state",
    input: z.object({ model: z.string().min(1).max(256).optional() }),
    answer: async (input, { services }) => ({ monitors: await services.monitors.list(input) }),
  }),
  jsonRoute({
    method: "POST",
    path: "/api/v1/monitors",
    permission: "monitors:write",
    summary: "Watch a metric",
    input: CreateMonitorInput,
    answer: (input, { services, principal }) => services.monitors.create(input, principal),
  }),
  jsonRoute({
    method: "POST",
    path: "/api/v1/monitors/backtest",
    permission: "monitors:read",
    summary: "What a rule would have done on stored history",
    input: BacktestInput,
    successStatus: 200,
    answer: (input, { services }) => services.monitors.backtest(input),
  }),
  jsonRoute({
    method: "GET",
    path: "/api/v1/models/{model}/budget",
    permission: "monitors:read",
    summary: "The model's false-alarm budget: who shares it, what is spent, which drift can be certified",
    input: BudgetInput,
    answer: (input, { services }) => services.monitors.budget(input),
  }),
  jsonRoute({
    method: "GET",
    path: "/api/v1/models/{model}/evidence",
    permission: "monitors:read",
    summary: "Evidence that each monitor gathered, window by window",
    input: EvidenceInput,
    answer: async (input, { services }) => ({ monitors: await services.monitors.evidence(input) }),
  }),
  jsonRoute({
    method: "GET",
    path: "/api/v1/models/{model}/recommended-monitors",
    permission: "monitors:read",
    summary: "A first set of monitors that shares the false-alarm budget",
    input: RecommendedInput,
    answer: (input, { services }) => services.monitors.recommended(input),
  }),
  jsonRoute({
    method: "POST",
    path: "/api/v1/models/{model}/recommended-monitors",
    permission: "monitors:write",
    summary: "Make those recommended monitors that are not there yet",
    input: WatchInput,
    answer: async (input, { services, principal }) => ({
      monitors: await services.monitors.watch(input, principal),
    }),
  }),
  jsonRoute({
    method: "GET",
    path: "/api/v1/monitors/{id}",
    permission: "monitors:read",
    summary: "A monitor",
    input: IdInput,
    answer: (input, { services }) => services.monitors.get(input),
  }),
  jsonRoute({
    method: "PATCH",
    path: "/api/v1/monitors/{id}",
    permission: "monitors:write",
    summary: "Change a monitor; what is left out stays",
    input: UpdateMonitorInput,
    answer: (input, { services, principal }) => services.monitors.update(input, principal),
  }),
  jsonRoute({
    method: "DELETE",
    path: "/api/v1/monitors/{id}",
    permission: "monitors:write",
    summary: "Delete a monitor; its alerts stay",
    input: IdInput,
    answer: (input, { services, principal }) => services.monitors.delete(input, principal),
  }),
];

const alertVerb = (verb: string, summary: string) => ({
  method: "POST" as const,
  path: `/api/v1/alerts/{id}/${verb}`,
  permission: "alerts:write" as const,
  summary,
  successStatus: 200,
});

const alerts: readonly RestRoute[] = [
  jsonRoute({
    method: "GET",
    path: "/api/v1/alerts",
    permission: "alerts:read",
    summary: "Alerts, newest first",
    input: AlertsInput,
    answer: (input, { services }) => services.alerts.list(input),
  }),
  jsonRoute({
    method: "GET",
    path: "/api/v1/alerts/{id}",
    permission: "alerts:read",
    summary: "An alert with its evidence",
    input: AlertIdInput,
    answer: (input, { services }) => services.alerts.get(input),
  }),
  jsonRoute({
    ...alertVerb("acknowledge", "Say that somebody is on it"),
    input: AlertIdInput,
    answer: (input, { services, principal }) => services.alerts.acknowledge(input, principal),
  }),
  jsonRoute({
    ...alertVerb("unacknowledge", "Take the acknowledgement back"),
    input: AlertIdInput,
    answer: (input, { services, principal }) => services.alerts.unacknowledge(input, principal),
  }),
  jsonRoute({
    ...alertVerb("assign", "Give it to somebody, or to nobody"),
    input: AssignInput,
    answer: (input, { services, principal }) => services.alerts.assign(input, principal),
  }),
  jsonRoute({
    ...alertVerb("silence", "Stop its messages until an instant"),
    input: SilenceInput,
    answer: (input, { services, principal }) => services.alerts.silence(input, principal),
  }),
  jsonRoute({
    ...alertVerb("unsilence", "End its silence"),
    input: AlertIdInput,
    answer: (input, { services, principal }) => services.alerts.unsilence(input, principal),
  }),
  jsonRoute({
    ...alertVerb("resolve", "Close it by hand"),
    input: ResolveInput,
    answer: (input, { services, principal }) => services.alerts.resolve(input, principal),
  }),
  jsonRoute({
    ...alertVerb("note", "Write on its timeline"),
    input: NoteInput,
    answer: (input, { services, principal }) => services.alerts.note(input, principal),
  }),
];

const channels: readonly RestRoute[] = [
  jsonRoute({
    method: "GET",
    path: "/api/v1/channels",
    permission: "channels:read",
    summary: "Channels that alerts go to",
    input: Nothing,
    answer: async (_input, { services }) => ({ channels: await services.channels.list() }),
  }),
  jsonRoute({
    method: "POST",
    path: "/api/v1/channels",
    permission: "channels:write",
    summary: "Add a channel; the signing secret is answered once",
    input: CreateChannelInput,
    answer: (input, { services, principal }) => services.channels.create(input, principal),
  }),
  jsonRoute({
    method: "PATCH",
    path: "/api/v1/channels/{id}",
    permission: "channels:write",
    summary: "Rename, switch on or off",
    input: UpdateChannelInput,
    answer: (input, { services, principal }) => services.channels.update(input, principal),
  }),
  jsonRoute({
    method: "DELETE",
    path: "/api/v1/channels/{id}",
    permission: "channels:write",
    summary: "Remove a channel",
    input: IdInput,
    answer: (input, { services, principal }) => services.channels.delete(input, principal),
  }),
  jsonRoute({
    method: "POST",
    path: "/api/v1/channels/{id}/test",
    permission: "channels:write",
    summary: "Send a test message",
    input: IdInput,
    successStatus: 200,
    answer: (input, { services, principal }) => services.channels.test(input, principal),
  }),
  jsonRoute({
    method: "GET",
    path: "/api/v1/channels/{id}/deliveries",
    permission: "channels:read",
    summary: "What was sent and how far it got",
    input: DeliveriesInput,
    answer: async (input, { services }) => ({ deliveries: await services.channels.deliveries(input) }),
  }),
];

export const monitorRoutes: readonly RestRoute[] = [...monitors, ...alerts, ...channels];
