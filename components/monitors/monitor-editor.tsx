"use client";
import { zodResolver } from "@hookform/resolvers/zod";
import { useRouter } from "next/navigation";
import { useQueryStates } from "nuqs";
import { useEffect, useMemo, useRef } from "react";
import { type UseFormReturn, useForm, useWatch } from "react-hook-form";
import { useAsk, useTell } from "#components/api/use-api.ts";
import type { History } from "#components/monitors/backtest-model.ts";
import { BacktestPanel } from "#components/monitors/backtest-panel.tsx";
import { effectSentence, headline, honesty } from "#components/monitors/backtest-words.ts";
import { type LimitRange, limitRange, startingLimit } from "#components/monitors/limit-range.ts";
import { MonitorForm } from "#components/monitors/monitor-form.tsx";
import { MonitorHeader } from "#components/monitors/monitor-header.tsx";
import { monitorParsers } from "#components/monitors/monitor-params.ts";
import {
  createInput,
  duplicateOf,
  MonitorValues,
  ruleChanges,
  updateInput,
  valuesOf,
} from "#components/monitors/monitor-values.ts";
import { ruleWords } from "#components/monitors/monitor-words.ts";
import { useBacktestView, useHistory } from "#components/monitors/use-backtest.ts";
import { modelPath } from "#components/shell/carry.ts";
import { useHotkeys } from "#components/shell/hotkeys.ts";
import { Button } from "#components/ui/button.tsx";
import { metricLimit } from "#components/ui/metric-words.ts";
import { useToast } from "#components/ui/toast.tsx";
import type { ModelDetail, Monitor } from "#server/api/contract.ts";
import { findMetric } from "#server/metrics/registry.ts";

export interface MonitorEditorProps {
  model: ModelDetail;
  /** Null for a monitor that does not exist yet. */
  saved: Monitor | null;
  start: MonitorValues;
  /** The limit was chosen by somebody; else the history suggests one. */
  limitGiven: boolean;
}

/** The form, and beside it what the rule would have done on the stored history, replayed at every move. */
export function MonitorEditor({ model, saved, start, limitGiven }: MonitorEditorProps) {
  const form = useForm<MonitorValues>({
    resolver: zodResolver(MonitorValues),
    defaultValues: start,
    mode: "onTouched",
  });
  const values = useWatch({ control: form.control }) as MonitorValues; // every field has a default value
  const { query, history, reference, isStale } = useHistory(values);
  const now = useBacktestView(history, values);
  const savedValues = useMemo(() => (saved ? valuesOf(saved) : null), [saved]);
  const before = useBacktestView(
    savedValues && sameTarget(savedValues, values) ? history : null,
    savedValues ?? values,
  );
  const definition = findMetric(values.metric);
  const range = useMemo(
    () =>
      limitRange(history?.slots ?? [], definition ?? { range: [null, null], unit: "score" }, [
        start.limit,
        savedValues?.limit ?? null,
        reference,
      ]),
    [history, definition, start.limit, savedValues, reference],
  );
  const changed = saved === null || JSON.stringify(savedValues) !== JSON.stringify(values);
  useStartingLimit(
    form,
    values,
    saved === null && start.limit === values.limit && !limitGiven,
    history,
    range,
  );
  useLimitInAddress(values.limit, savedValues?.limit ?? null);
  useLeaveGuard(changed && form.formState.isDirty);
  const saving = useSaving(form, saved, values);
  useHotkeys({ "mod+s": () => void saving.submit() });
  const monitors = useAsk("monitors.list", { model: model.model });
  const duplicate = duplicateOf(values, saved?.id ?? null, monitors.data ?? []);
  return (
    <div className="wrap editor-wrap">
      <MonitorHeader
        model={model}
        saved={saved}
        say={
          isStale && Number.isFinite(values.limit)
            ? `Gathering the evidence for limit ${metricLimit(values.metric, values.limit)} …`
            : now
              ? headline(now.view)
              : history
                ? "Give a limit to see what it would have done."
                : "Reading the history…"
        }
        more={now && !isStale ? honesty(now.view, now.rule, model.budgetWeeks) : ""}
      />
      <div className="editor">
        <MonitorForm
          form={form}
          values={values}
          model={model}
          history={history}
          range={range}
          saved={savedValues}
          duplicate={duplicate}
          onSubmit={saving.submit}
        />
        <BacktestPanel
          model={model}
          values={values}
          saved={before ? savedValues : null}
          savedView={before?.view ?? null}
          now={now}
          history={history}
          reference={reference}
          query={query}
          isStale={isStale}
        />
      </div>
      <SaveBar
        saved={saved}
        changed={changed}
        effect={
          saved && before && now && ruleChanges(before.rule, now.rule).length > 0
            ? effectSentence(before, now)
            : null
        }
        values={values}
        problem={saving.problem}
        pending={saving.pending}
        onSave={() => void saving.submit()}
        onDiscard={() => form.reset(savedValues ?? start)}
      />
    </div>
  );
}

/** The saved rule can be replayed on the same history: evidence is of one limit only. */
function sameTarget(a: MonitorValues, b: MonitorValues): boolean {
  return (
    a.metric === b.metric &&
    a.feature === b.feature &&
    a.segment === b.segment &&
    a.version === b.version &&
    a.window === b.window &&
    a.decide === "window" &&
    b.decide === "window"
  );
}

/** Where no usual limit is known, a new monitor starts at the edge of what the history did. Once per metric. */
function useStartingLimit(
  form: UseFormReturn<MonitorValues>,
  values: MonitorValues,
  open: boolean,
  history: History | null,
  range: LimitRange,
): void {
  const done = useRef(new Set<string>());
  useEffect(() => {
    const key = `${values.metric} ${values.op}`;
    const usual = findMetric(values.metric)?.defaultLimit ?? null;
    if (!history || usual !== null || done.current.has(key) || !(open || done.current.size > 0)) return;
    done.current.add(key);
    const limit = startingLimit(history.slots, values.op, range);
    if (limit !== null) form.setValue("limit", limit);
  }, [form, values.metric, values.op, open, history, range]);
}

const ADDRESS_MS = 300;

/**
 * A limit that is tried is in the address, so that a reload or a colleague sees the same preview. A write to the address
 * stops a link that was followed meanwhile, so only typing is waited for: the first limit is written before anything can
 * be clicked, a saved one taken out at once, and nothing is written twice.
 */
function useLimitInAddress(limit: number, saved: number | null): void {
  const [address, set] = useQueryStates(monitorParsers);
  const isFirst = useRef(true);
  const tried = limit === saved ? null : limit;
  useEffect(() => {
    if (!Number.isFinite(limit)) return;
    const waitMs = isFirst.current || tried === null ? 0 : ADDRESS_MS;
    isFirst.current = false;
    if (tried === address.limit) return;
    if (waitMs === 0) return void set({ limit: tried });
    const timer = setTimeout(() => void set({ limit: tried }), waitMs);
    return () => clearTimeout(timer);
  }, [limit, tried, address.limit, set]);
}

function useLeaveGuard(dirty: boolean): void {
  useEffect(() => {
    if (!dirty) return;
    const stay = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", stay);
    return () => window.removeEventListener("beforeunload", stay);
  }, [dirty]);
}

const REFRESH = ["monitors.list", "monitors.get", "alerts.", "fleet.get"] as const;

function useSaving(form: UseFormReturn<MonitorValues>, saved: Monitor | null, values: MonitorValues) {
  const router = useRouter();
  const toast = useToast();
  const create = useTell("monitors.create", { refresh: REFRESH });
  const update = useTell("monitors.update", { refresh: REFRESH });
  const failed = (problem: { fields: Record<string, string> }) => {
    for (const [path, message] of Object.entries(problem.fields)) {
      if (path in values) form.setError(path as keyof MonitorValues, { message });
    }
  };
  const send = (checked: MonitorValues) => {
    if (saved === null) {
      create.mutate(createInput(checked), {
        onSuccess: (made) => {
          form.reset(checked);
          toast({ text: "Monitor created" });
          router.push(modelPath(made.model, "monitors", made.id));
        },
        onError: failed,
      });
    } else {
      update.mutate(updateInput(saved.id, checked), {
        onSuccess: () => {
          form.reset({ ...checked, reason: "" });
          toast({ text: "Monitor saved" });
        },
        onError: failed,
      });
    }
  };
  const running = saved === null ? create : update;
  return {
    submit: () => form.handleSubmit(send)(),
    pending: running.isPending,
    problem: running.isError ? running.error.detail : null,
  };
}

interface SaveBarProps {
  saved: Monitor | null;
  changed: boolean;
  effect: string | null;
  values: MonitorValues;
  problem: string | null;
  pending: boolean;
  onSave: () => void;
  onDiscard: () => void;
}

/** Says what saving changes; the button says the change. */
function SaveBar({ saved, changed, effect, values, problem, pending, onSave, onDiscard }: SaveBarProps) {
  const text =
    problem ??
    (saved === null
      ? `${ruleWords(values)}. It starts judging with the next window; history raises no message.`
      : !changed
        ? "Nothing changed."
        : ruleChanges(saved, values).length === 0
          ? "The rule itself stays as it is."
          : `${effect ?? "The rule changes."} Its open alert closes when the rule changes.`);
  const limitMoved = saved !== null && saved.limit !== values.limit && Number.isFinite(values.limit);
  const word =
    saved === null
      ? "Create monitor"
      : limitMoved
        ? `Save: limit ${metricLimit(saved.metric, saved.limit)} → ${metricLimit(values.metric, values.limit)}`
        : "Save monitor";
  return (
    <section className="savebar" aria-label="Save">
      <p role={problem ? "alert" : undefined} className={problem ? "field-error" : undefined}>
        {text}
      </p>
      <div className="acts">
        {saved !== null && changed ? <Button onClick={onDiscard}>Discard</Button> : null}
        <Button
          look="primary"
          aria-busy={pending}
          off={saved !== null && !changed ? "Nothing changed." : null}
          onClick={onSave}
        >
          {pending ? "Saving…" : word}
        </Button>
      </div>
    </section>
  );
}
