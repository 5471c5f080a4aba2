import type { z } from "zod";
import { inTransaction, type MetaDatabase } from "#db/open-meta.ts";
import { existingChannelIds } from "#db/queries/channels.ts";
import {
  insertMonitor,
  readMonitor,
  readMonitors,
  replaceMonitorChannels,
  type StoredMonitor,
  updateMonitorRow,
} from "#db/queries/monitors.ts";
import {
  type CreateMonitorInput,
  type Monitor,
  MonitorRule,
  type UpdateMonitorInput,
} from "#server/api/contract.ts";
import type { Clock } from "#server/kernel/clock.ts";
import { ServiceError } from "#server/kernel/errors.ts";
import { newId } from "#server/kernel/ids.ts";
import type { ModelRegistry } from "#server/models/model-registry.ts";
import type { ModelSchema } from "#server/models/schema.ts";
import { recordEvent } from "#server/models/timeline.ts";
import { targetWords, valueWriter } from "#server/monitors/metric-text.ts";
import { viewMonitors } from "#server/monitors/monitor-view.ts";
import { validateRule } from "#server/monitors/validate-rule.ts";

export interface MonitorServiceArgs<Input = undefined> {
  readonly db: MetaDatabase;
  readonly clock: Clock;
  readonly models: Pick<ModelRegistry, "find" | "byId">;
  readonly input: Input;
}
export interface MonitorChangeArgs<Input> extends MonitorServiceArgs<Input> {
  /** Who, as the timeline names them. */
  readonly actor: string;
}

export function listMonitors({
  db,
  clock,
  models,
  input,
}: MonitorServiceArgs<{ model?: string }>): Monitor[] {
  const modelId = input.model === undefined ? undefined : findModel(models, input.model).modelId;
  return viewMonitors(db, clock.now(), readMonitors(db, modelId));
}

export function getMonitor({ db, clock, input }: MonitorServiceArgs<{ id: string }>): Monitor {
  return viewOne(db, clock, findMonitor(db, input.id));
}

export function createMonitor(args: MonitorChangeArgs<z.infer<typeof CreateMonitorInput>>): Monitor {
  const { db, clock, models, actor, input } = args;
  const model = findModel(models, input.model);
  const rule = MonitorRule.parse(input);
  validateRule(rule, model);
  const now = clock.now();
  const monitor: StoredMonitor = {
    id: newId("mon"),
    modelId: model.modelId,
    model: model.slug,
    name: input.name ?? defaultName(rule),
    severity: input.severity,
    rule,
    ruleVersion: 1,
    ruleChangedAt: now,
    enabled: input.enabled,
    runbook: input.runbook,
    createdAt: now,
    createdBy: actor,
    updatedAt: now,
    deletedAt: null,
  };
  return inTransaction(db, () => {
    requireChannels(db, input.channels);
    const { model: _slug, ...row } = monitor;
    insertMonitor(db, row);
    replaceMonitorChannels(db, monitor.id, input.channels);
    recordChange(args, monitor, `Monitor “${monitor.name}” made: ${ruleText(rule)}.`);
    return viewOne(db, clock, monitor);
  });
}

/** An edit of the rule is a new rule: what it left open is closed by the evaluator, and history is judged afresh. */
export function updateMonitor(args: MonitorChangeArgs<z.infer<typeof UpdateMonitorInput>>): Monitor {
  const { db, clock, models, input } = args;
  return inTransaction(db, () => {
    const before = findMonitor(db, input.id);
    const model = requireSameModel(models, before, input.model);
    const rule = MonitorRule.parse({ ...before.rule, ...given(input) });
    const ruleChanged = JSON.stringify(rule) !== JSON.stringify(before.rule);
    if (ruleChanged) validateRule(rule, model);
    const now = clock.now();
    const after: StoredMonitor = {
      ...before,
      name: input.name ?? renamed(before, rule),
      severity: input.severity ?? before.severity,
      enabled: input.enabled ?? before.enabled,
      runbook: input.runbook ?? before.runbook,
      rule,
      ruleVersion: before.ruleVersion + (ruleChanged ? 1 : 0),
      ruleChangedAt: ruleChanged ? now : before.ruleChangedAt,
      updatedAt: now,
    };
    const { model: _slug, ...row } = after;
    updateMonitorRow(db, before.id, row);
    if (input.channels !== undefined) {
      requireChannels(db, input.channels);
      replaceMonitorChannels(db, before.id, input.channels);
    }
    const text = changeText(before, after, input.reason);
    if (text !== null) recordChange(args, after, text);
    return viewOne(db, clock, after);
  });
}

/** The row stays for its alerts; the evaluator closes what it left open. */
export function deleteMonitor(args: MonitorChangeArgs<{ id: string }>): void {
  const { db, clock, input } = args;
  inTransaction(db, () => {
    const monitor = findMonitor(db, input.id);
    const now = clock.now();
    updateMonitorRow(db, monitor.id, { deletedAt: now, enabled: false, updatedAt: now });
    recordChange(args, monitor, `Monitor “${monitor.name}” deleted.`);
  });
}

function viewOne(db: MetaDatabase, clock: Clock, stored: StoredMonitor): Monitor {
  const [monitor] = viewMonitors(db, clock.now(), [stored]);
  if (monitor === undefined) throw new Error("A monitor that was just read has no view.");
  return monitor;
}

function findMonitor(db: MetaDatabase, id: string): StoredMonitor {
  const monitor = readMonitor(db, id);
  if (monitor !== null) return monitor;
  throw new ServiceError("not_found", "There is no monitor of that id; it may have been deleted.", {
    reason: "unknown_monitor",
  });
}

export function findModel(models: Pick<ModelRegistry, "find">, slug: string): ModelSchema {
  const model = models.find(slug);
  if (model !== null) return model;
  throw new ServiceError("not_found", "There is no model of that name.", { reason: "unknown_model" });
}

function requireSameModel(
  models: Pick<ModelRegistry, "byId">,
  monitor: StoredMonitor,
  slug: string | undefined,
): ModelSchema {
  if (slug !== undefined && slug !== monitor.model) {
    throw new ServiceError("bad_request", "A monitor stays with its model; make one for the other model.", {
      reason: "model_fixed",
    });
  }
  const model = models.byId(monitor.modelId);
  if (model !== null) return model;
  throw new ServiceError("not_found", "The monitor's model no longer exists.", { reason: "unknown_model" });
}

function requireChannels(db: MetaDatabase, ids: readonly string[]): void {
  const known = existingChannelIds(db, ids);
  const missing = ids.findIndex((id) => !known.has(id));
  if (missing === -1) return;
  throw new ServiceError("bad_request", "One of the channels does not exist; it may have been deleted.", {
    reason: "unknown_channel",
    errors: [{ path: `channels[${missing}]`, code: "unknown_channel", message: "There is no such channel." }],
  });
}

function given(input: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}

export function defaultName(rule: MonitorRule): string {
  return `${targetWords(rule)} ${rule.op} ${valueWriter(rule.metric, rule.limit).limit()}`;
}

/** A name that nobody chose follows the rule. */
function renamed(before: StoredMonitor, rule: MonitorRule): string {
  return before.name === defaultName(before.rule) ? defaultName(rule) : before.name;
}

function ruleText(rule: MonitorRule): string {
  return `${defaultName(rule)} in windows of ${rule.window}`;
}

function changeText(before: StoredMonitor, after: StoredMonitor, reason: string | undefined): string | null {
  const why = reason === undefined || reason.trim() === "" ? "" : ` ${reason.trim()}`;
  const name = `Monitor “${after.name}”`;
  if (before.ruleVersion !== after.ruleVersion) {
    return `${name} changed: from ${ruleText(before.rule)} to ${ruleText(after.rule)}.${why}`;
  }
  if (before.enabled !== after.enabled) return `${name} ${after.enabled ? "resumed" : "paused"}.${why}`;
  return null;
}

function recordChange(
  { db, clock, actor }: Pick<MonitorChangeArgs<unknown>, "db" | "clock" | "actor">,
  monitor: StoredMonitor,
  text: string,
): void {
  recordEvent(db, clock, monitor.modelId, { kind: "monitor", text, actor });
}
