"use client";
import { useQueryStates } from "nuqs";
import { AlertDialogs } from "#components/alerts/alert-dialogs.tsx";
import { AlertTable } from "#components/alerts/alert-table.tsx";
import { inboxSentence } from "#components/alerts/alert-words.ts";
import { INBOX_TABS, type InboxTab, inboxParsers } from "#components/alerts/inbox-params.ts";
import { useAlertActions } from "#components/alerts/use-alert-actions.ts";
import { useAsk } from "#components/api/use-api.ts";
import { useNow } from "#components/shell/use-now.ts";
import { Empty, Loaded } from "#components/ui/block.tsx";
import { integer } from "#components/ui/format.ts";
import { Icon } from "#components/ui/icon.tsx";
import { ChoiceMenu } from "#components/ui/menu.tsx";
import { Answer } from "#components/ui/panel.tsx";
import { Tabs } from "#components/ui/tabs.tsx";
import type { AlertsAnswer } from "#server/api/contract.ts";
import "./alerts.css";

const TAB_WORDS: Record<InboxTab, string> = {
  open: "Needs action",
  acknowledged: "Acknowledged",
  silenced: "Silenced",
  resolved: "Resolved",
};
const PAGE_SIZE = 100;
const SHOWN_MAX = 500;

export function AlertInbox() {
  const [filter, setFilter] = useQueryStates(inboxParsers);
  const nowMs = useNow();
  const actions = useAlertActions();
  const models = useAsk("models.list", undefined);
  const query = useAsk("alerts.list", {
    status: filter.status,
    severity: filter.severity ?? undefined,
    model: filter.model ?? undefined,
    limit: filter.n,
  });
  const open = useAsk("alerts.list", { status: "open", limit: PAGE_SIZE });
  return (
    <div className="wrap">
      <Answer
        heading="Alerts"
        icon={open.data && open.data.counts.open > 0 ? <Icon name={worst(open.data)} /> : null}
        say={open.data ? inboxSentence(open.data.alerts, open.data.counts, nowMs) : "Alerts"}
      />
      <div className="inbox-bar">
        <ChoiceMenu
          label="Severity"
          value={filter.severity ?? "any"}
          options={[
            { value: "any", label: "any" },
            { value: "page", label: "page", end: "wakes somebody" },
            { value: "ticket", label: "ticket", end: "waits for the day" },
          ]}
          onChange={(value) => void setFilter({ severity: value === "any" ? null : value })}
        />
        <ChoiceMenu
          label="Model"
          value={filter.model ?? ""}
          options={[
            { value: "", label: "all" },
            ...(models.data ?? []).map((model) => ({ value: model.model, label: model.model })),
          ]}
          onChange={(value) => void setFilter({ model: value || null })}
        />
      </div>
      <section className="panel inbox" aria-label="Alerts by status">
        <Tabs
          label="Status"
          value={filter.status}
          tabs={INBOX_TABS.map((value) => ({
            value,
            label: <TabLabel value={value} counts={query.data?.counts} />,
          }))}
          onChange={(status) => void setFilter({ status })}
        >
          <Loaded query={query} what="the alerts" height={320}>
            {(data) =>
              data.alerts.length === 0 ? (
                <NoAlerts
                  tab={filter.status}
                  filtered={filter.model !== null || filter.severity !== null}
                  onClear={() => void setFilter({ model: null, severity: null })}
                />
              ) : (
                <>
                  <AlertTable alerts={data.alerts} actions={actions} scope={scopeOf(filter)} />
                  <MoreRows
                    answer={data}
                    onMore={() => void setFilter({ n: Math.min(SHOWN_MAX, filter.n + PAGE_SIZE) })}
                  />
                </>
              )
            }
          </Loaded>
        </Tabs>
      </section>
      <AlertDialogs actions={actions} />
    </div>
  );
}

const worst = (answer: AlertsAnswer) =>
  answer.alerts.some((alert) => alert.severity === "page") ? "page" : "ticket";

function TabLabel({ value, counts }: { value: InboxTab; counts: AlertsAnswer["counts"] | undefined }) {
  return (
    <>
      {TAB_WORDS[value]} {counts ? <span className="subtle">{integer(counts[value])}</span> : null}
    </>
  );
}

const scopeOf = (filter: { status: string; severity: string | null; model: string | null; n: number }) =>
  `${filter.status} ${filter.severity} ${filter.model} ${filter.n}`;

function MoreRows({ answer, onMore }: { answer: AlertsAnswer; onMore: () => void }) {
  if (answer.cursor === null) return null;
  const shown = answer.alerts.length;
  return (
    <p className="pager">
      <span>{integer(shown)} shown, newest first</span>
      <span className="end">
        {shown < SHOWN_MAX ? (
          <button type="button" className="more" onClick={onMore}>
            Show more
          </button>
        ) : (
          "Choose a model or a severity to see older ones."
        )}
      </span>
    </p>
  );
}

function NoAlerts({ tab, filtered, onClear }: { tab: InboxTab; filtered: boolean; onClear: () => void }) {
  const monitors = useAsk("monitors.list", undefined);
  const watching = monitors.data?.filter((monitor) => monitor.enabled).length ?? null;
  if (filtered)
    return (
      <Empty
        icon="ok"
        title={
          tab === "open" ? "Nothing needs action here." : `No ${TAB_WORDS[tab].toLowerCase()} alerts here.`
        }
        action={
          <button type="button" className="btn" onClick={onClear}>
            Show all models and severities
          </button>
        }
      />
    );
  if (tab !== "open") return <Empty icon="ok" title={`No ${TAB_WORDS[tab].toLowerCase()} alerts.`} />;
  return (
    <Empty icon="ok" title="Nothing needs action.">
      {watching === null ? null : watching === 0 ? (
        <p>No monitor is watching yet. Open a model and add one under Monitors.</p>
      ) : (
        <p>{integer(watching)} monitors are watching.</p>
      )}
    </Empty>
  );
}
