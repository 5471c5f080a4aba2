"use client";
import { useSyncExternalStore } from "react";
import { CodeBlock } from "#components/ui/code-block.tsx";
import { Panel } from "#components/ui/panel.tsx";
import type { ModelDetail } from "#server/api/contract.ts";

const never = () => () => undefined;

/** Without labels there is nothing to judge by; this is how to send them. */
export function NoLabels({ model }: { model: ModelDetail }) {
  const origin = useSyncExternalStore(
    never,
    () => window.location.origin,
    () => "http://localhost:3000",
  );
  const value = model.task === "regression" ? "12.5" : model.task === "binary" ? "1" : '"class"';
  const code = `curl -sS "${origin}/api/v1/labels" \\
  -H "authorization: Bearer $PLUMBLINE_KEY" \\
  -H "content-type: application/json" \\
  -d '{"labels":[{"model":"${model.model}","prediction_id":"ID","value":${value}}]}'`;
  return (
    <Panel className="c4" title="No labels yet" sub="how to send them">
      <div className="body nolabels">
        <p>
          A label is the truth for a prediction id. It may come late, early or twice; the window of the
          prediction is amended when it does.
        </p>
        <CodeBlock code={code} label="Send a label" />
        <p className="muted">Drift and data quality are watched without labels.</p>
      </div>
    </Panel>
  );
}
