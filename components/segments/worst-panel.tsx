"use client";
import Link from "next/link";
import { useAsk } from "#components/api/use-api.ts";
import { metricName } from "#components/segments/segment-metrics.ts";
import { predictionsHref } from "#components/segments/segment-table-panel.tsx";
import { lossName, lossText, worstSentence } from "#components/segments/worst-words.ts";
import { useCarry } from "#components/shell/carry.ts";
import type { Scope } from "#components/shell/use-scope.ts";
import { Empty, Loaded } from "#components/ui/block.tsx";
import { fixed, integer, percent, plural } from "#components/ui/format.ts";
import { Icon } from "#components/ui/icon.tsx";
import { Panel } from "#components/ui/panel.tsx";
import type { WorstSlice, WorstSlices } from "#server/api/contracts/segments.ts";

/** Over all keys at once: which slice is surely worse, and by how much once luck is taken off. */
export function WorstPanel({ scope, metric }: { scope: Scope; metric: string }) {
  const { segment: _, ...asked } = scope.asked;
  const query = useAsk("segments.worst", { ...asked, metric });
  return (
    <Panel className="c4" title="Worst slices" sub="over all segment keys" busy={query.isPlaceholderData}>
      <Loaded query={query} what="the worst slices" height={320}>
        {(found) => <Worst scope={scope} found={found} metric={metric} />}
      </Loaded>
    </Panel>
  );
}

function Worst({ scope, found, metric }: { scope: Scope; found: WorstSlices; metric: string }) {
  if (found.looked === 0)
    return (
      <Empty icon="low" title="No slice is large enough to be looked at.">
        <p>A slice needs {plural(found.rowsMin, "row")}. Choose a longer range.</p>
      </Empty>
    );
  const supported = found.slices.filter((slice) => slice.supported);
  return (
    <div className="worst">
      <p>{worstSentence(found)}</p>
      {found.instead === null ? null : (
        <p className="muted">
          {metricName(metric)} is no mean over rows, so slices are searched by {lossName(found.loss)}.
        </p>
      )}
      <ol>
        {(supported.length > 0 ? supported : found.slices.slice(0, 3)).map((slice) => (
          <Slice key={slice.predicate} scope={scope} slice={slice} loss={found.loss} />
        ))}
      </ol>
      <p className="note">
        {plural(found.looked, "slice")} looked at, {integer(found.tooSmall)} below {integer(found.rowsMin)}{" "}
        rows left out. Supported means that of all slices called so, at most one in ten is expected to be
        wrong (e-BH), however they overlap. {found.notLooked}
      </p>
    </div>
  );
}

function Slice({ scope, slice, loss }: { scope: Scope; slice: WorstSlice; loss: string }) {
  const keep = useCarry();
  return (
    <li className={slice.supported ? undefined : "muted"}>
      <p>
        <span className="mono">{slice.predicate}</span>
        <span className="end">
          <Icon name={slice.supported ? "ticket" : "low"} size="s" />{" "}
          {slice.supported ? "supported" : "not supported"}
        </span>
      </p>
      <p>
        {lossText(loss, slice.mean)} against {lossText(loss, slice.rest)} for the rest; about{" "}
        <b>{lossText(loss, slice.shrunken, true)}</b> once luck is taken off
      </p>
      <p className="muted">
        {percent(slice.share)} of the rows, effect {fixed(slice.effectSize, 2)} sd,{" "}
        <Link className="more" href={predictionsHref(keep, scope.model, slice.predicate)}>
          {integer(slice.predictions)} predictions
        </Link>
      </p>
    </li>
  );
}
