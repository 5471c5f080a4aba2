"use client";
import Link from "next/link";
import { useId } from "react";
import type { UseFormReturn } from "react-hook-form";
import { useAsk } from "#components/api/use-api.ts";
import type { History } from "#components/monitors/backtest-model.ts";
import { FormRow, NumberField } from "#components/monitors/form-row.tsx";
import { LimitField } from "#components/monitors/limit-field.tsx";
import type { LimitRange } from "#components/monitors/limit-range.ts";
import { type MonitorValues, withMetric } from "#components/monitors/monitor-values.ts";
import { ruleWords } from "#components/monitors/monitor-words.ts";
import { modelPath } from "#components/shell/carry.ts";
import { WINDOW_WORDS } from "#components/shell/time-range.ts";
import { Checkbox, Segmented } from "#components/ui/fields.tsx";
import { plural } from "#components/ui/format.ts";
import { Icon } from "#components/ui/icon.tsx";
import { metricLimit } from "#components/ui/metric-words.ts";
import type { ModelDetail, Monitor, MonitorRule } from "#server/api/contract.ts";
import { evidenceMetrics } from "#server/metrics/evidence/evidence-test.ts";
import { findMetric, metricsForTask } from "#server/metrics/registry.ts";

export interface MonitorFormProps {
  form: UseFormReturn<MonitorValues>;
  values: MonitorValues;
  model: ModelDetail;
  history: History | null;
  range: LimitRange;
  /** As it is saved; null for a new one. */
  saved: MonitorValues | null;
  duplicate: Monitor | null;
  onSubmit: () => Promise<void>;
}

export function MonitorForm(props: MonitorFormProps) {
  const { form, saved, onSubmit } = props;
  return (
    <form
      className="panel form monitor-form"
      aria-label={saved ? "Monitor" : "New monitor"}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void onSubmit();
      }}
    >
      <What {...props} />
      <When {...props} />
      <HowLoud {...props} />
      <Words {...props} />
      {/* Enter in a field saves, as in any form; the visible button is in the bar below. */}
      <button type="submit" className="sr" tabIndex={-1} aria-hidden="true">
        Save
      </button>
      <input type="hidden" {...form.register("model")} />
    </form>
  );
}

const GROUPS = [
  ["performance", "Performance, from labels"],
  ["drift", "Drift against the reference"],
  ["quality", "Data quality"],
  ["operations", "Operations"],
] as const;

function What({ form, values, model, duplicate }: MonitorFormProps) {
  const metrics = metricsForTask(model.task);
  const definition = findMetric(values.metric);
  const set = (change: Partial<MonitorValues>) => {
    for (const [name, value] of Object.entries(change))
      form.setValue(name as keyof MonitorValues, value as never, { shouldDirty: true }); // names of the fields themselves
  };
  const features = model.features.filter(
    (feature) => !definition?.featureTypes || definition.featureTypes.includes(feature.type),
  );
  return (
    <fieldset>
      <legend>What</legend>
      <FormRow label="Metric" error={form.formState.errors.metric?.message}>
        {(control) => (
          <span className="selwrap">
            <select
              {...control}
              className="in in-small"
              value={values.metric}
              onChange={(event) => set(withMetric(values, event.target.value, model.features, model.task))}
            >
              {GROUPS.map(([group, label]) => (
                <optgroup key={group} label={label}>
                  {metrics
                    .filter((metric) => metric.group === group)
                    .map((metric) => (
                      <option key={metric.id} value={metric.id}>
                        {metric.label}
                      </option>
                    ))}
                </optgroup>
              ))}
            </select>
          </span>
        )}
      </FormRow>
      {definition?.perFeature ? (
        <FormRow label="Of" error={form.formState.errors.feature?.message}>
          {(control) => (
            <span className="selwrap">
              <select
                {...control}
                className="in in-small"
                value={values.feature ?? ""}
                onChange={(event) => set({ feature: event.target.value || null })}
              >
                {definition.id === "null_rate" ? <option value="">all features together</option> : null}
                <option value="@output">the prediction itself</option>
                {features.map((feature) => (
                  <option key={feature.name} value={feature.name}>
                    {feature.name}
                  </option>
                ))}
              </select>
            </span>
          )}
        </FormRow>
      ) : null}
      <FormRow label="In">
        {(control) => (
          <span className="selwrap">
            <select
              {...control}
              className="in in-small"
              value={values.segment ?? ""}
              onChange={(event) => set({ segment: event.target.value || null })}
            >
              <option value="">all traffic</option>
              {model.segments.map((segment) => (
                <optgroup key={segment.key} label={segment.key}>
                  {segment.values.map((value) => (
                    <option key={value} value={`${segment.key}:${value}`}>
                      {value}
                    </option>
                  ))}
                </optgroup>
              ))}
            </select>
          </span>
        )}
      </FormRow>
      <FormRow label="For">
        {(control) => (
          <span className="selwrap">
            <select
              {...control}
              className="in in-small"
              value={values.version ?? ""}
              onChange={(event) => set({ version: event.target.value || null })}
            >
              <option value="">whatever is live</option>
              {model.versions.map((version) => (
                <option key={version.version} value={version.version}>
                  version {version.version}
                </option>
              ))}
            </select>
          </span>
        )}
      </FormRow>
      <FormRow label="Window" hint="one verdict each">
        {(control) => (
          <span className="selwrap">
            <select
              {...control}
              className="in in-small"
              value={values.window}
              onChange={(event) => set({ window: event.target.value as MonitorRule["window"] })} // the options below
            >
              {(["5m", "1h", "6h", "1d", "7d"] as const).map((window) => (
                <option key={window} value={window}>
                  {WINDOW_WORDS[window]}
                </option>
              ))}
            </select>
          </span>
        )}
      </FormRow>
      <div role="status">
        {duplicate ? (
          <p className="form-note">
            <Icon name="info" size="s" />
            <span>
              <Link className="link" href={modelPath(model.model, "monitors", duplicate.id)}>
                {ruleWords(duplicate)}
              </Link>{" "}
              watches the same thing; two monitors tell of it twice.
            </span>
          </p>
        ) : null}
      </div>
    </fieldset>
  );
}

function When(props: MonitorFormProps) {
  const { form, values } = props;
  const definition = findMetric(values.metric);
  const set = <Key extends keyof MonitorValues>(name: Key, value: MonitorValues[Key]) =>
    form.setValue(name, value as never, { shouldDirty: true, shouldValidate: form.formState.isSubmitted });
  const isVolume = values.metric === "volume";
  const canGather = evidenceMetrics(props.model.task).includes(values.metric);
  const isEvidence = values.decide === "evidence";
  return (
    <fieldset>
      <legend>When it fires</legend>
      <div className="frow">
        <span className="k" id="side">
          Side
        </span>
        <span className="v">
          <Segmented
            small
            label="Side of the limit that is bad"
            value={values.op}
            options={[
              { value: "above", label: "above" },
              { value: "below", label: "below" },
            ]}
            onChange={(op) => set("op", op)}
          />
          {definition ? (
            <span className="hint">
              {definition.worse === "both" ? "either may be bad" : `${definition.worse} is worse`}
            </span>
          ) : null}
        </span>
      </div>
      <LimitField {...props} />
      {canGather ? <Decides {...props} /> : null}
      {isVolume || isEvidence ? null : (
        <div className="frow">
          <span className="k">Only if</span>
          <span className="v">
            <Checkbox
              checked={values.wholeInterval}
              onChange={(event) => set("wholeInterval", event.target.checked)}
            >
              the whole 95 % interval is {values.op} it
            </Checkbox>
          </span>
        </div>
      )}
      {isVolume ? null : (
        <NumberField
          form={form}
          name="minN"
          label={isEvidence ? "Clears with" : "Only with"}
          after={definition?.needsLabels ? "labelled rows or more" : "rows or more"}
          min={1}
          step={10}
        />
      )}
      {isEvidence ? null : (
        <NumberField
          form={form}
          name="forWindows"
          label="Fires after"
          after="such windows in a row"
          min={1}
          step={1}
        />
      )}
      <NumberField
        form={form}
        name="keepWindows"
        label="Clears after"
        after="windows in a row within"
        min={1}
        step={1}
      />
      {isEvidence ? null : (
        <NumberField
          form={form}
          name="clear"
          label="Clear level"
          after={
            values.clear === null
              ? `empty: at the limit, ${Number.isFinite(values.limit) ? metricLimit(values.metric, values.limit) : "–"}`
              : "in the metric's own unit"
          }
          step={props.range.step}
          optional
        />
      )}
      <NumberField
        form={form}
        name="noDataWindows"
        label="No data"
        after={
          values.noDataWindows === null
            ? "empty: silence is no alert"
            : "silent windows are an alert of their own"
        }
        min={1}
        step={1}
        optional
      />
    </fieldset>
  );
}

/** Each window by itself, or windows together within the model's false-alarm budget. */
function Decides({ form, values, model }: MonitorFormProps) {
  const isEvidence = values.decide === "evidence";
  return (
    <div className="frow">
      <span className="k">Decides by</span>
      <span className="v">
        <Segmented
          small
          label="What decides whether it fires"
          value={values.decide}
          options={[
            { value: "window", label: "each window" },
            { value: "evidence", label: "evidence" },
          ]}
          onChange={(decide) => {
            form.setValue("decide", decide, { shouldDirty: true });
            if (decide === "evidence" && values.keepWindows < EVIDENCE_KEEP_WINDOWS)
              form.setValue("keepWindows", EVIDENCE_KEEP_WINDOWS, { shouldDirty: true });
          }}
        />
        <span className="hint">
          {isEvidence
            ? `windows add up; shares the budget of one false alarm in ${plural(model.budgetWeeks, "week")}`
            : "may be false once in forty windows by luck alone"}
        </span>
      </span>
    </div>
  );
}

/** Fewer clear windows after an alarm would let it come and go. */
const EVIDENCE_KEEP_WINDOWS = 3;

function HowLoud({ form, values }: MonitorFormProps) {
  const channels = useAsk("channels.list", undefined);
  const toggle = (id: string) =>
    form.setValue(
      "channels",
      values.channels.includes(id) ? values.channels.filter((one) => one !== id) : [...values.channels, id],
      { shouldDirty: true },
    );
  return (
    <fieldset>
      <legend>How loud</legend>
      <div className="frow">
        <span className="k">Severity</span>
        <span className="v">
          <Segmented
            small
            label="Severity"
            value={values.severity}
            options={[
              { value: "ticket", label: "Ticket" },
              { value: "page", label: "Page" },
            ]}
            onChange={(severity) => form.setValue("severity", severity, { shouldDirty: true })}
          />
          <span className="hint">{values.severity === "page" ? "wakes somebody" : "waits for the day"}</span>
        </span>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: one row of a fieldset */}
      <div className="frow" role="group" aria-label="Channels">
        <span className="k">Channels</span>
        <span className="v">
          {(channels.data ?? []).map((channel) => (
            <Checkbox
              key={channel.id}
              checked={values.channels.includes(channel.id)}
              onChange={() => toggle(channel.id)}
            >
              {channel.name}
              {channel.enabled ? "" : " (off)"}
            </Checkbox>
          ))}
          {channels.data?.length === 0 ? (
            <span className="hint">
              No channel yet.{" "}
              <Link className="link" href="/settings/channels">
                Add one
              </Link>
            </span>
          ) : null}
        </span>
      </div>
    </fieldset>
  );
}

function Words({ form, values, saved }: MonitorFormProps) {
  const { errors } = form.formState;
  const hintId = useId();
  return (
    <fieldset>
      <legend>Words</legend>
      <FormRow label="Name" error={errors.name?.message}>
        {(control) => (
          <input
            {...control}
            {...form.register("name")}
            type="text"
            className="in in-small"
            placeholder={ruleWords(values)}
          />
        )}
      </FormRow>
      <FormRow label="Runbook" error={errors.runbook?.message}>
        {(control) => (
          <textarea
            {...control}
            {...form.register("runbook")}
            rows={2}
            className="in"
            placeholder="A link, or what to do first"
          />
        )}
      </FormRow>
      {saved ? (
        <FormRow label="Why changed" error={errors.reason?.message}>
          {(control) => (
            <input
              {...control}
              {...form.register("reason")}
              type="text"
              className="in in-small"
              placeholder="kept in the monitor's history"
              aria-describedby={hintId}
            />
          )}
        </FormRow>
      ) : null}
    </fieldset>
  );
}
