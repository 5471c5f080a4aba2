"use client";
import { AlertBar, AlertBottomBar } from "#components/alerts/alert-bar.tsx";
import { AlertCharts } from "#components/alerts/alert-charts.tsx";
import { AlertDialogs } from "#components/alerts/alert-dialogs.tsx";
import { AlertFacts } from "#components/alerts/alert-facts.tsx";
import { AlertRows } from "#components/alerts/alert-rows.tsx";
import { AlertTimeline } from "#components/alerts/alert-timeline.tsx";
import { AlertWhat } from "#components/alerts/alert-what.tsx";
import { AlertWhere } from "#components/alerts/alert-where.tsx";
import { PastAlerts } from "#components/alerts/past-alerts.tsx";
import { useAlertActions, whyNot } from "#components/alerts/use-alert-actions.ts";
import { useAsk } from "#components/api/use-api.ts";
import { useHotkeys } from "#components/shell/hotkeys.ts";
import { Empty, ErrorBlock, Skeleton } from "#components/ui/block.tsx";
import { LinkButton } from "#components/ui/button.tsx";
import type { AlertDetail } from "#server/api/contract.ts";
import "./alerts.css";

export function AlertPage({ id }: { id: string }) {
  const query = useAsk("alerts.get", { id }, { keep: false });
  if (query.data) return <Loaded alert={query.data} />;
  return (
    <div className="wrap">
      <section id="answer" tabIndex={-1} aria-label="Answer">
        <h1 className="sr">Alert</h1>
        {query.isError ? (
          query.error.status === 404 ? (
            <Empty
              icon="nodata"
              title="There is no such alert."
              action={<LinkButton href="/alerts">See all alerts</LinkButton>}
            >
              <p>The link may be cut short, or its model was removed.</p>
            </Empty>
          ) : (
            <ErrorBlock what="this alert" problem={query.error} onRetry={() => void query.refetch()} />
          )
        ) : (
          <Skeleton height="page" />
        )}
      </section>
    </div>
  );
}

/** In the order in which a woken person asks: what, since when, how sure, how bad, where, why, what now. */
function Loaded({ alert }: { alert: AlertDetail }) {
  const actions = useAlertActions();
  useHotkeys({
    e: () => whyNot("acknowledge", alert) === null && actions.acknowledge(alert),
    a: () => whyNot("assign", alert) === null && actions.ask("assign", alert),
    s: () => whyNot("silence", alert) === null && actions.ask("silence", alert),
    r: () => whyNot("resolve", alert) === null && actions.ask("resolve", alert),
    c: () => document.getElementById("note")?.focus(),
  });
  return (
    <>
      <AlertBar alert={alert} actions={actions} />
      <div className="wrap">
        <div className="alert-top">
          <div>
            <AlertWhat alert={alert} />
            <AlertFacts alert={alert} actions={actions} />
          </div>
          <AlertTimeline alert={alert} />
        </div>
        <div className="grid alert-grid">
          <AlertCharts alert={alert} />
          <AlertWhere alert={alert} />
          <PastAlerts alert={alert} />
          {alert.kind === "breach" ? <AlertRows alert={alert} /> : null}
        </div>
      </div>
      <AlertBottomBar alert={alert} actions={actions} />
      <AlertDialogs actions={actions} />
    </>
  );
}
