"use client";
import { useTell } from "#components/api/use-api.ts";
import type { Scope } from "#components/shell/use-scope.ts";
import { Empty } from "#components/ui/block.tsx";
import { Button } from "#components/ui/button.tsx";
import { CodeBlock } from "#components/ui/code-block.tsx";
import { Icon } from "#components/ui/icon.tsx";
import { Panel } from "#components/ui/panel.tsx";
import { rangeText } from "#components/ui/time.ts";

/** Nothing to compare with yet: how to get there, with the shortest way as a button. */
export function NoReference({ scope }: { scope: Scope }) {
  const version = scope.version ?? scope.detail.liveVersion ?? scope.detail.versions[0]?.version ?? "default";
  const range = rangeText(scope.fromMs, scope.toMs, scope.zone, scope.nowMs);
  const freeze = useTell("references.fromRange", { refresh: ["models.", "metrics.", "drift."] });
  const path = `/api/v1/models/${encodeURIComponent(scope.model)}/references?version=${encodeURIComponent(version)}`;
  return (
    <Panel title="No reference yet">
      <Empty
        icon="learning"
        title={`${version} has nothing to compare with, so nothing can be called drift.`}
        action={
          <Button
            look="primary"
            off={
              (freeze.isPending && "The reference is being made.") ||
              (scope.detail.predictions === 0 && "There are no rows to make it from.")
            }
            onClick={() =>
              freeze.mutate({
                model: scope.model,
                version,
                from: scope.asked.from,
                to: scope.asked.to,
                name: range,
              })
            }
          >
            Use {range} as reference
          </Button>
        }
      >
        <p>
          Use a range in which all was well, or upload the rows that the model was tested on; the latter also
          tells what performance to expect.
        </p>
      </Empty>
      <div className="body">
        <CodeBlock
          label="Upload a reference"
          code={`curl "$ORIGIN${path}&map=ts:predicted_at,prediction_id:id,output.probability:probability,label:label" \\\n  -H "Authorization: Bearer $KEY" -H "Content-Type: text/csv" --data-binary @reference.csv`}
        />
      </div>
      {freeze.isError ? (
        <p className="foot field-error" role="alert">
          <Icon name="fail" size="s" />
          {freeze.error.detail}
        </p>
      ) : null}
    </Panel>
  );
}
