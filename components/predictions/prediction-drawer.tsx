"use client";
import Link from "next/link";
import { useEffect, useRef } from "react";
import { useAsk } from "#components/api/use-api.ts";
import { PredictionDetail } from "#components/predictions/prediction-detail.tsx";
import type { QueryField } from "#components/predictions/query-fields.ts";
import { quote } from "#components/predictions/query-tokens.ts";
import { modelPath } from "#components/shell/carry.ts";
import { Empty, ErrorBlock, Skeleton } from "#components/ui/block.tsx";
import { Button, IconButton } from "#components/ui/button.tsx";
import { copyText } from "#components/ui/code-block.tsx";
import { useToast } from "#components/ui/toast.tsx";
import type { ModelDetail, PredictionRow } from "#server/api/contract.ts";

interface OpenRow {
  readonly id: string;
  /** Null: the newest version's. */
  readonly version: string | null;
}

export interface PredictionDrawerProps {
  open: OpenRow;
  /** The row as the list has it, so that walking through rows does not wait. */
  known: PredictionRow | null;
  model: ModelDetail;
  fields: readonly QueryField[];
  onClose: () => void;
  onStep: (by: 1 | -1) => void;
  canStep: { newer: boolean; older: boolean };
  onFilter: (words: readonly string[]) => void;
}

/** One prediction beside the list, which stays usable. */
export function PredictionDrawer(props: PredictionDrawerProps) {
  const { open, known, model, fields, onClose, onStep, canStep, onFilter } = props;
  const toast = useToast();
  const heading = useRef<HTMLHeadingElement>(null);
  const all = useAsk("predictions.get", { model: model.model, prediction_id: open.id }, { keep: false });
  const versions = all.data ?? (known ? [known] : []);
  const row = versions.find((one) => open.version === null || one.version === open.version) ?? known;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the focus moves when another prediction opens
  useEffect(() => heading.current?.focus({ preventScroll: true }), [open.id]);
  const copy = (text: string, what: string) =>
    void copyText(text).then((done) =>
      toast({ text: done ? `${what} copied` : "The browser refused to copy" }),
    );
  return (
    <aside className="prediction-drawer" aria-labelledby="prediction-id">
      <header>
        <h2 id="prediction-id" ref={heading} tabIndex={-1} title={open.id}>
          {open.id}
        </h2>
        <IconButton
          icon="link"
          className="ib"
          label="Copy link"
          onClick={() => copy(window.location.href, "Link")}
        />
        <IconButton
          icon="left"
          className="ib"
          label="Newer prediction (Shift K)"
          off={!canStep.newer}
          onClick={() => onStep(-1)}
        />
        <IconButton
          icon="right"
          className="ib"
          label="Older prediction (Shift J)"
          off={!canStep.older}
          onClick={() => onStep(1)}
        />
        <IconButton icon="close" className="ib" label="Close" onClick={onClose} />
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by keyboard too */}
      <section className="drawer-scroll" tabIndex={0} aria-label="Prediction">
        {row ? (
          <PredictionDetail row={row} versions={versions} model={model} fields={fields} onFilter={onFilter} />
        ) : all.data || (all.isError && all.error.status === 404) ? (
          <Empty icon="nodata" title="There is no such prediction.">
            <p>It may be older than the rows that are kept, or belong to another model.</p>
          </Empty>
        ) : all.isError ? (
          <ErrorBlock what="this prediction" problem={all.error} onRetry={() => void all.refetch()} />
        ) : (
          <Skeleton height={240} />
        )}
      </section>
      <footer className="drawer-foot">
        {row ? (
          <Button
            small
            off={sameSegments(row, model).length === 0 ? "This row has no segments." : null}
            onClick={() => onFilter(sameSegments(row, model))}
          >
            Same segments
          </Button>
        ) : null}
        <Button small onClick={() => copy(open.id, "Id")}>
          Copy id
        </Button>
        <Link className="btn btn-small" href={modelPath(model.model, "predictions", open.id)}>
          Open full page
        </Link>
      </footer>
    </aside>
  );
}

/** The words that keep to rows of the same segments. */
function sameSegments(row: PredictionRow, model: ModelDetail): string[] {
  return model.segments.flatMap(({ key }) => {
    const value = row.segments[key] ?? row.features[key] ?? null;
    return value === null ? [] : [`${quote(key)}:${quote(String(value))}`];
  });
}
