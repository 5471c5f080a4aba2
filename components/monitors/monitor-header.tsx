"use client";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useTell } from "#components/api/use-api.ts";
import { newMonitorHref } from "#components/monitors/monitor-links.ts";
import { MONITOR_STATE_WORDS, monitorShape } from "#components/monitors/monitor-words.ts";
import { modelPath } from "#components/shell/carry.ts";
import { Button, LinkButton } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Answer } from "#components/ui/panel.tsx";
import { State } from "#components/ui/state.tsx";
import { useToast } from "#components/ui/toast.tsx";
import type { ModelDetail, Monitor } from "#server/api/contract.ts";

const REFRESH = ["monitors.", "alerts.", "fleet.get"] as const;

/** The headline of the back-test, and for a monitor that exists what can be done with it besides editing. */
export function MonitorHeader({
  model,
  saved,
  say,
  more,
}: {
  model: ModelDetail;
  saved: Monitor | null;
  say: string;
  more: string;
}) {
  return (
    <div className="editor-head">
      <Answer say={<span aria-live="polite">{say}</span>} more={more} />
      {saved ? <Acts model={model} saved={saved} /> : null}
    </div>
  );
}

function Acts({ model, saved }: { model: ModelDetail; saved: Monitor }) {
  const router = useRouter();
  const toast = useToast();
  const [deleting, setDeleting] = useState(false);
  const update = useTell("monitors.update", { refresh: REFRESH });
  const remove = useTell("monitors.delete", { refresh: REFRESH });
  const failed = (problem: { detail: string }) => toast({ text: problem.detail });
  const pause = () =>
    update.mutate(
      { id: saved.id, enabled: !saved.enabled },
      {
        onSuccess: () => toast({ text: saved.enabled ? "Monitor paused" : "Monitor resumed" }),
        onError: failed,
      },
    );
  const drop = () =>
    remove.mutate(
      { id: saved.id },
      {
        onSuccess: () => {
          toast({ text: "Monitor deleted" });
          router.push(modelPath(model.model, "monitors"));
        },
        onError: failed,
      },
    );
  return (
    <div className="acts">
      <State shape={monitorShape(saved)} word={MONITOR_STATE_WORDS[saved.state]} />
      <span className="subtle">v{saved.ruleVersion}</span>
      <Button small onClick={pause}>
        {saved.enabled ? "Pause" : "Resume"}
      </Button>
      <LinkButton small href={newMonitorHref(model.model, { from: saved.id })}>
        Duplicate
      </LinkButton>
      <Button small onClick={() => setDeleting(true)}>
        Delete…
      </Button>
      <Dialog
        open={deleting}
        title={`Delete monitor “${saved.name}”`}
        onClose={() => setDeleting(false)}
        footer={
          <>
            <Button onClick={() => setDeleting(false)}>Keep it</Button>
            <Button look="danger" aria-busy={remove.isPending} onClick={drop}>
              Delete monitor
            </Button>
          </>
        }
      >
        <p>Its open alert closes. Alerts that it raised stay in the history.</p>
      </Dialog>
    </div>
  );
}
