"use client";
import Link from "next/link";
import { parseAsArrayOf, parseAsString, useQueryState } from "nuqs";
import { useMemo, useRef } from "react";
import { useAsk, useTell } from "#components/api/use-api.ts";
import { BudgetPanel } from "#components/monitors/budget-panel.tsx";
import { EvidenceCell } from "#components/monitors/evidence-cell.tsx";
import {
  groupWords,
  type MonitorGroup,
  monitorSections,
  nearestAlarm,
} from "#components/monitors/monitor-groups.ts";
import { newMonitorHref } from "#components/monitors/monitor-links.ts";
import {
  byUrgency,
  hasOwnName,
  listSentence,
  MONITOR_STATE_WORDS,
  monitorShape,
  ruleDetail,
  ruleWords,
  type Unwatched,
  unwatched,
  watchedWords,
} from "#components/monitors/monitor-words.ts";
import { RecommendedPanel } from "#components/monitors/recommended-panel.tsx";
import { modelPath } from "#components/shell/carry.ts";
import { useHotkeys } from "#components/shell/hotkeys.ts";
import { useModelDetail } from "#components/shell/model-frame.tsx";
import { useNow } from "#components/shell/use-now.ts";
import { useZone } from "#components/shell/zone.ts";
import { Empty, Loaded } from "#components/ui/block.tsx";
import { LinkButton } from "#components/ui/button.tsx";
import { DotInterval, sharedDomain } from "#components/ui/dot-interval.tsx";
import { integer, NOTHING } from "#components/ui/format.ts";
import { HeldPill } from "#components/ui/held-pill.tsx";
import { Icon } from "#components/ui/icon.tsx";
import { Menu, MenuItem } from "#components/ui/menu.tsx";
import { evidenceWords, metricInterval, metricLimit, metricValue } from "#components/ui/metric-words.ts";
import { Answer, Panel } from "#components/ui/panel.tsx";
import { ScrollRegion } from "#components/ui/scroll-region.tsx";
import { State } from "#components/ui/state.tsx";
import { agoText, sinceText } from "#components/ui/time.ts";
import { useToast } from "#components/ui/toast.tsx";
import { useHeldList } from "#components/ui/use-held-list.ts";
import type { ModelDetail, Monitor } from "#server/api/contract.ts";
import "./monitors.css";

const keyOf = (monitor: Monitor) => monitor.id;

export function MonitorsPage() {
  const model = useModelDetail();
  const query = useAsk("monitors.list", { model: model.model });
  const shares = query.data?.some(({ decide }) => decide === "evidence") ?? false;
  return (
    <div className="wrap">
      <Answer
        say={query.data ? listSentence(query.data, model.model) : "Monitors"}
        more="A monitor judges each window once, when it is over. Nothing is told of history, only of what is new."
      />
      <div className="grid">
        {shares ? <BudgetPanel model={model} /> : null}
        <Panel
          className="c9 monitors-panel"
          title="Monitors"
          end={
            <LinkButton small look="primary" icon="plus" href={newMonitorHref(model.model, {})}>
              New monitor
            </LinkButton>
          }
        >
          <Loaded query={query} what="the monitors" height={320}>
            {(monitors) =>
              monitors.length === 0 ? (
                <NoMonitors model={model} />
              ) : (
                <MonitorTable monitors={monitors} model={model} />
              )
            }
          </Loaded>
        </Panel>
        <NotWatched model={model} monitors={query.data} />
        {query.data && !shares ? <BudgetPanel model={model} /> : null}
        <RecommendedPanel model={model} />
      </div>
    </div>
  );
}

function MonitorTable({ monitors, model }: { monitors: readonly Monitor[]; model: ModelDetail }) {
  const ordered = useMemo(() => monitors.toSorted(byUrgency), [monitors]);
  const list = useHeldList(ordered, keyOf, model.model);
  const { listed, groups } = monitorSections(list.shown);
  const body = useRef<HTMLTableElement>(null);
  const move = (by: number) => {
    const links = [...(body.current?.querySelectorAll<HTMLElement>("a[data-monitor]") ?? [])];
    const at = links.indexOf(document.activeElement as HTMLElement);
    links[at < 0 ? 0 : Math.max(0, Math.min(links.length - 1, at + by))]?.focus();
  };
  useHotkeys({ j: () => move(1), k: () => move(-1) });
  return (
    <div ref={list.ref}>
      <HeldPill list={list} one="monitor" />
      <ScrollRegion label="Table of monitors">
        <table className="monitors" ref={body}>
          <thead>
            <tr>
              <th scope="col">State</th>
              <th scope="col">Rule</th>
              <th scope="col">Last value or evidence; line: limit</th>
              <th scope="col" className="num">
                Fired, 90 days
              </th>
              <th scope="col" className="num">
                Channels
              </th>
              <th scope="col">
                <span className="sr">Act</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {listed.map((monitor) => (
              <MonitorRow key={monitor.id} monitor={monitor} />
            ))}
          </tbody>
          {groups.map((group) => (
            <GroupRows key={group.key} group={group} />
          ))}
        </table>
      </ScrollRegion>
    </div>
  );
}

const parseUnfolded = parseAsArrayOf(parseAsString).withDefault([]);

/** Evidence monitors of one kind: a line that says how they are, and the rows behind it. */
function GroupRows({ group }: { group: MonitorGroup }) {
  const [unfolded, setUnfolded] = useQueryState("unfold", parseUnfolded);
  const isOpen = unfolded.includes(group.key);
  const toggle = () => {
    const next = isOpen ? unfolded.filter((key) => key !== group.key) : [...unfolded, group.key];
    void setUnfolded(next.length > 0 ? next : null);
  };
  const nearest = nearestAlarm(group);
  return (
    <tbody>
      <tr className="kind">
        <th scope="rowgroup" colSpan={6}>
          <button type="button" aria-expanded={isOpen} onClick={toggle}>
            <Icon name={isOpen ? "down" : "right"} size="s" />
            <b>{group.title}</b> by evidence <span className="muted">{groupWords(group)}</span>
            {nearest?.evidence ? (
              <span className="muted nearest">
                nearest to its alarm: {watchedWords(nearest)}, {evidenceWords(nearest.evidence.log10)}
              </span>
            ) : null}
          </button>
        </th>
      </tr>
      {isOpen ? group.monitors.map((monitor) => <MonitorRow key={monitor.id} monitor={monitor} />) : null}
    </tbody>
  );
}

function MonitorRow({ monitor }: { monitor: Monitor }) {
  const nowMs = useNow();
  const { zone } = useZone();
  const since = monitor.stateSince === null ? null : sinceText(Date.parse(monitor.stateSince), nowMs, zone);
  return (
    <tr className={monitor.state === "paused" ? "go dim" : "go"}>
      <td>
        <State shape={monitorShape(monitor)} word={MONITOR_STATE_WORDS[monitor.state]} />
        {since ? <span className="second">{since}</span> : null}
      </td>
      <th scope="row">
        <Link data-monitor={monitor.id} href={modelPath(monitor.model, "monitors", monitor.id)}>
          {ruleWords(monitor)}
        </Link>
        <span className="second">
          {hasOwnName(monitor) ? `${monitor.name} · ` : ""}
          {ruleDetail(monitor)}
        </span>
      </th>
      <td>
        {monitor.evidence ? (
          <EvidenceCell monitor={monitor} evidence={monitor.evidence} />
        ) : (
          <LastValue monitor={monitor} />
        )}
      </td>
      <td className="num">{integer(monitor.fired90d)}</td>
      <td className="num">
        {monitor.channels.length === 0 ? (
          <span className="subtle">none</span>
        ) : (
          integer(monitor.channels.length)
        )}
      </td>
      <td className="num">
        <RowMenu monitor={monitor} />
      </td>
    </tr>
  );
}

function LastValue({ monitor }: { monitor: Monitor }) {
  const nowMs = useNow();
  const { zone } = useZone();
  const { last } = monitor;
  if (last === null || last.value === null) return <span className="subtle">{NOTHING}</span>;
  const when = agoText(Date.parse(last.to), nowMs, zone);
  return (
    <span className="dotcell" title={`Window that ended ${when}, ${integer(last.nCur)} rows`}>
      <DotInterval
        value={last.value}
        lo={last.ci?.lo}
        hi={last.ci?.hi}
        domain={sharedDomain([last], [monitor.limit])}
        marks={[{ at: monitor.limit, tone: "page" }]}
        width={72}
        pale={last.status === "LOW_N"}
      />
      <span>
        {metricValue(monitor.metric, last.value)}{" "}
        <span className="ci">{metricInterval(monitor.metric, last.ci)}</span>
        <span className="second">limit {metricLimit(monitor.metric, monitor.limit)}</span>
      </span>
    </span>
  );
}

function RowMenu({ monitor }: { monitor: Monitor }) {
  const toast = useToast();
  const update = useTell("monitors.update", { refresh: ["monitors.", "alerts.", "fleet.get"] });
  const set = (enabled: boolean, undoable: boolean) =>
    update.mutate(
      { id: monitor.id, enabled },
      {
        onSuccess: () =>
          toast({
            text: enabled ? "Monitor resumed" : "Monitor paused",
            ...(undoable ? { undo: () => set(!enabled, false) } : {}),
          }),
        onError: (problem) => toast({ text: problem.detail }),
      },
    );
  return (
    <Menu button={<Icon name="more" />} label={`More for ${ruleWords(monitor)}`} buttonClass="ctl icon">
      {(close) => (
        <>
          <MenuItem href={modelPath(monitor.model, "monitors", monitor.id)} icon="edit" onSelect={close}>
            Edit
          </MenuItem>
          <MenuItem href={newMonitorHref(monitor.model, { from: monitor.id })} icon="copy" onSelect={close}>
            Duplicate
          </MenuItem>
          <MenuItem
            icon={monitor.enabled ? "paused" : "live"}
            onSelect={() => {
              set(!monitor.enabled, true);
              close();
            }}
          >
            {monitor.enabled ? "Pause" : "Resume"}
          </MenuItem>
        </>
      )}
    </Menu>
  );
}

function NoMonitors({ model }: { model: ModelDetail }) {
  return (
    <Empty
      icon="alerts"
      title="No monitors yet."
      action={
        <LinkButton look="primary" href={newMonitorHref(model.model, {})}>
          Make the first monitor
        </LinkButton>
      }
    >
      <p>
        Choose what to watch, move the limit over the stored history, and see when it would have fired before
        anything is saved.
      </p>
    </Empty>
  );
}

function NotWatched({ model, monitors }: { model: ModelDetail; monitors: readonly Monitor[] | undefined }) {
  const found: readonly Unwatched[] = monitors ? unwatched(monitors, model.task) : [];
  return (
    <Panel className="c3" title="Not watched" sub="what such a model usually is">
      {found.length === 0 ? (
        <p className="body muted">{monitors ? "Nothing usual is left out." : ""}</p>
      ) : (
        <ul className="list slim">
          {found.map((one) => (
            <li key={`${one.metric} ${one.feature}`}>
              <Icon name="plus" size="s" />
              <span className="t">
                <Link href={newMonitorHref(model.model, { metric: one.metric, feature: one.feature })}>
                  {one.words}
                </Link>
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
