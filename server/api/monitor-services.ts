import type { MetaDatabase } from "#db/open-meta.ts";
import { readMonitor } from "#db/queries/monitors.ts";
import { actorName, type Principal } from "#server/access/principal.ts";
import {
  acknowledgeAlert,
  assignAlert,
  listAlerts,
  noteAlert,
  resolveAlert,
  silenceAlert,
  unacknowledgeAlert,
  unsilenceAlert,
} from "#server/alerts/manage-alerts.ts";
import type { AlertListItem, Monitor } from "#server/api/contract.ts";
import type { LiveBus } from "#server/api/live-bus.ts";
import type { Services } from "#server/api/services.ts";
import type { Clock } from "#server/kernel/clock.ts";
import type { ModelRegistry } from "#server/models/model-registry.ts";
import {
  createMonitor,
  deleteMonitor,
  getMonitor,
  listMonitors,
  updateMonitor,
} from "#server/monitors/manage-monitors.ts";
import {
  type BaselineFacts,
  recommendedMonitors,
  watchRecommended,
} from "#server/monitors/recommended-monitors.ts";
import {
  createChannel,
  deleteChannel,
  listChannels,
  listDeliveries,
  testChannel,
  updateChannel,
} from "#server/notify/manage-channels.ts";
import type { SecretBox } from "#server/notify/secret-box.ts";
import type { TargetGuard } from "#server/notify/target-guard.ts";

export interface MonitorServiceParts {
  readonly meta: MetaDatabase;
  readonly clock: Clock;
  readonly models: ModelRegistry;
  readonly bus: Pick<LiveBus, "publish">;
  readonly box: SecretBox;
  readonly guard: Pick<TargetGuard, "checkUrl">;
  /** Those that read windows run in the thread that reads events.db. */
  readonly backtest: Services["monitors"]["backtest"];
  readonly alert: Services["alerts"]["get"];
  readonly budget: Services["monitors"]["budget"];
  readonly evidence: Services["monitors"]["evidence"];
  readonly baseline: (input: { model: string }) => Promise<BaselineFacts>;
  /** Tells the evaluator that a monitor is new or another, or that messages wait. */
  readonly wakeEvaluator: () => void;
}

export function createMonitorServices(
  parts: MonitorServiceParts,
): Pick<Services, "monitors" | "alerts" | "channels"> {
  return { monitors: monitorService(parts), alerts: alertService(parts), channels: channelService(parts) };
}

function monitorService(parts: MonitorServiceParts): Services["monitors"] {
  const { meta: db, clock, models, bus, wakeEvaluator, backtest } = parts;
  const args = <Input>(input: Input, who: Principal) => ({ db, clock, models, input, actor: actorName(who) });
  const told = (model: string) => {
    bus.publish({ kind: "monitors", model });
    bus.publish({ kind: "events", model });
    wakeEvaluator();
  };
  const tell = (monitor: Monitor): Monitor => {
    told(monitor.model);
    return monitor;
  };
  return {
    list: async (input) => listMonitors({ db, clock, models, input }),
    get: async (input) => getMonitor({ db, clock, models, input }),
    create: async (input, who) => tell(createMonitor(args(input, who))),
    update: async (input, who) => tell(updateMonitor(args(input, who))),
    delete: async (input, who) => {
      const model = readMonitor(db, input.id)?.model;
      deleteMonitor(args(input, who));
      if (model !== undefined) told(model);
    },
    backtest,
    budget: parts.budget,
    evidence: parts.evidence,
    recommended: async (input) =>
      recommendedMonitors({ db, clock, models, input, facts: await parts.baseline(input) }),
    watch: async (input, who) => {
      const made = watchRecommended({ ...args(input, who), facts: await parts.baseline(input) });
      told(input.model);
      return made;
    },
  };
}

function alertService(parts: MonitorServiceParts): Services["alerts"] {
  const { meta: db, clock, models, bus, wakeEvaluator, alert } = parts;
  const args = <Input>(input: Input, who: Principal) => ({ db, clock, input, actor: actorName(who) });
  const tell = (changed: AlertListItem): AlertListItem => {
    bus.publish({ kind: "alerts", model: changed.model });
    wakeEvaluator();
    return changed;
  };
  return {
    list: async (input) => listAlerts({ db, clock, models, input }),
    get: alert,
    acknowledge: async (input, who) => tell(acknowledgeAlert(args(input, who))),
    unacknowledge: async (input, who) => tell(unacknowledgeAlert(args(input, who))),
    assign: async (input, who) => tell(assignAlert(args(input, who))),
    silence: async (input, who) => tell(silenceAlert(args(input, who))),
    unsilence: async (input, who) => tell(unsilenceAlert(args(input, who))),
    resolve: async (input, who) => tell(resolveAlert(args(input, who))),
    note: async (input, who) => tell(noteAlert(args(input, who))),
  };
}

function channelService(parts: MonitorServiceParts): Services["channels"] {
  const { meta: db, clock, bus, box, guard, wakeEvaluator } = parts;
  const args = <Input>(input: Input, who: Principal) => ({ db, clock, input, actor: actorName(who) });
  const tell = <Result>(result: Result): Result => {
    bus.publish({ kind: "channels" });
    wakeEvaluator();
    return result;
  };
  return {
    list: async () => listChannels({ db, clock }),
    create: async (input, who) => tell(createChannel({ ...args(input, who), box, guard })),
    update: async (input, who) => tell(updateChannel(args(input, who))),
    delete: async (input, who) => tell(deleteChannel(args(input, who))),
    test: async (input, who) => tell(testChannel(args(input, who))),
    deliveries: async (input) => listDeliveries({ db, clock, input }),
  };
}
