"use client";
import { useQueryStates } from "nuqs";
import { useState } from "react";
import { useAsk } from "#components/api/use-api.ts";
import { EditorWaiting } from "#components/monitors/editor-waiting.tsx";
import { MonitorEditor } from "#components/monitors/monitor-editor.tsx";
import { monitorParsers } from "#components/monitors/monitor-params.ts";
import { newMonitorValues, valuesOf } from "#components/monitors/monitor-values.ts";
import { modelPath } from "#components/shell/carry.ts";
import { useModelDetail } from "#components/shell/model-frame.tsx";
import { Empty, ErrorBlock } from "#components/ui/block.tsx";
import { LinkButton } from "#components/ui/button.tsx";

/** A new monitor, from what the address hands over. */
export function NewMonitorView() {
  const model = useModelDetail();
  const [start] = useQueryStates(monitorParsers);
  const template = useAsk("monitors.get", { id: start.from ?? "" }, { enabled: start.from !== null });
  // The address gets the limit that is being tried, so only its first one says that somebody gave it.
  const [limitGiven] = useState(start.limit !== null || start.from !== null);
  if (start.from !== null && template.isPending) return <EditorWaiting />;
  const values = template.data
    ? { ...valuesOf(template.data), name: "", ...(start.limit === null ? {} : { limit: start.limit }) }
    : newMonitorValues(model, start);
  return (
    <MonitorEditor
      key={`${start.from}`}
      model={model}
      saved={null}
      limitGiven={limitGiven}
      start={{ ...values, model: model.model }}
    />
  );
}

/** A monitor that exists; a limit in the address is one that is being tried. */
export function EditMonitorView({ id }: { id: string }) {
  const model = useModelDetail();
  const [{ limit }] = useQueryStates(monitorParsers);
  const query = useAsk("monitors.get", { id }, { keep: false });
  if (query.data) {
    const values = valuesOf(query.data);
    // Another edit of the rule starts the form afresh; what only judges (state, last value) does not.
    return (
      <MonitorEditor
        key={`${id} ${query.data.ruleVersion} ${query.data.updatedAt}`}
        model={model}
        saved={query.data}
        limitGiven
        start={limit === null ? values : { ...values, limit }}
      />
    );
  }
  if (!query.isError) return <EditorWaiting />;
  return (
    <div className="wrap">
      <section id="answer" tabIndex={-1} aria-label="Answer">
        {query.error.status === 404 ? (
          <Empty
            icon="nodata"
            title="There is no such monitor."
            action={
              <LinkButton href={modelPath(model.model, "monitors")}>
                See the monitors of {model.model}
              </LinkButton>
            }
          >
            <p>It was deleted, or the link is cut short. Alerts that it raised are kept.</p>
          </Empty>
        ) : (
          <ErrorBlock what="this monitor" problem={query.error} onRetry={() => void query.refetch()} />
        )}
      </section>
    </div>
  );
}
