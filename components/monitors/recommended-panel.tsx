"use client";
import { useAsk, useTell } from "#components/api/use-api.ts";
import { budgetWords } from "#components/evidence/evidence-words.ts";
import { ruleWords } from "#components/monitors/monitor-words.ts";
import { Loaded } from "#components/ui/block.tsx";
import { Button } from "#components/ui/button.tsx";
import { plural } from "#components/ui/format.ts";
import { Icon } from "#components/ui/icon.tsx";
import { Panel } from "#components/ui/panel.tsx";
import { useToast } from "#components/ui/toast.tsx";
import type { ModelDetail } from "#server/api/contract.ts";
import type { RecommendedMonitor } from "#server/api/contracts/budget.ts";

/** A first set within the budget: shown before it is made, and made at once. */
export function RecommendedPanel({ model }: { model: ModelDetail }) {
  const query = useAsk("monitors.recommended", { model: model.model });
  const missing = query.data?.monitors.filter(({ isThere }) => !isThere) ?? [];
  if (query.data !== undefined && missing.length === 0) return null;
  return (
    <Panel
      className="c12"
      title="Recommended"
      sub={`decide by evidence, ${budgetWords(model.budgetWeeks)} for all of them`}
      end={<WatchAll model={model} missing={missing} />}
    >
      <Loaded query={query} what="the recommended monitors" height={120}>
        {() => <RecommendedList monitors={missing} />}
      </Loaded>
    </Panel>
  );
}

function WatchAll({ model, missing }: { model: ModelDetail; missing: readonly RecommendedMonitor[] }) {
  const toast = useToast();
  const watch = useTell("monitors.watch", { refresh: ["monitors.", "models.events"] });
  return (
    <Button
      small
      look="primary"
      icon="plus"
      off={watch.isPending || missing.length === 0 ? "They are being made." : null}
      onClick={() =>
        watch.mutate(
          { model: model.model },
          {
            onSuccess: (made) =>
              toast({ text: `${plural(made.length, "monitor")} made; history is being judged` }),
            onError: (problem) => toast({ text: problem.detail }),
          },
        )
      }
    >
      {watch.isPending ? "Making them …" : `Watch all ${missing.length}`}
    </Button>
  );
}

const GROUPS: readonly { title: string; has: (monitor: RecommendedMonitor) => boolean }[] = [
  { title: "Performance, pages", has: ({ severity }) => severity === "page" },
  { title: "Drift", has: ({ metric }) => metric === "tv" },
  { title: "Missing values", has: ({ metric }) => metric === "null_rate" },
  { title: "New categories", has: ({ metric }) => metric === "new_category_rate" },
];

function RecommendedList({ monitors }: { monitors: readonly RecommendedMonitor[] }) {
  const groups = GROUPS.map(({ title, has }) => ({ title, found: monitors.filter(has) }));
  return (
    <ul className="list slim">
      {groups
        .filter(({ found }) => found.length > 0)
        .map(({ title, found }) => (
          <li key={title}>
            <Icon name="alerts" size="s" />
            <details className="t">
              <summary>
                {title}: {plural(found.length, "monitor")}
              </summary>
              <ul className="recommended">
                {found.map((monitor) => (
                  <li key={monitor.name}>
                    {ruleWords({ ...monitor, severity: monitor.severity })}{" "}
                    <span className="muted">{monitor.because}</span>
                  </li>
                ))}
              </ul>
            </details>
          </li>
        ))}
    </ul>
  );
}
