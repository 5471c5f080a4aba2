"use client";
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { type ChartTable, fileName } from "#components/charts/chart-table.ts";
import { useBoxWidth } from "#components/charts/use-box-width.ts";

export interface ChartFigureProps {
  title: ReactNode;
  sub?: ReactNode;
  className?: string;
  /** Controls of the page's own, before Table and CSV. */
  end?: ReactNode;
  legend?: ReactNode;
  /** Between legend and plot, such as the event lane. */
  above?: ReactNode;
  below?: ReactNode;
  /** The generated sentence that says what the picture shows. */
  summary: string;
  table: ChartTable;
  csv: string;
  /** What the reader hears and sees, one step a window. */
  readings: readonly { text: string }[];
  height: number;
  /** Instead of a plot: nothing in this range, and why. */
  empty?: ReactNode;
  busy?: boolean;
  children: (plot: { width: number; active: number | null }) => ReactNode;
}

/** What every chart has: a name, a summary, a table twin, an export, and reading by arrow keys. */
export function ChartFigure(props: ChartFigureProps) {
  const {
    title,
    sub,
    className,
    end,
    legend,
    above,
    below,
    summary,
    table,
    csv,
    readings,
    height,
    empty,
    busy,
  } = props;
  const id = useId();
  const [asTable, setAsTable] = useState(false);
  const [box, width] = useBoxWidth();
  const [active, onKeyDown, leave] = useReading(readings.length);
  const said = useSettled(active === null ? "" : (readings[active]?.text ?? ""));
  return (
    <figure
      className={`panel chart-figure${className ? ` ${className}` : ""}`}
      aria-labelledby={`${id}-title`}
      aria-busy={busy || undefined}
    >
      {busy ? <span className="progress" /> : null}
      <header>
        <h2 id={`${id}-title`}>{title}</h2>
        {sub ? <span className="sub">{sub}</span> : null}
        <span className="end">
          {end}
          <button type="button" className="more" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
            Table
          </button>
          {asTable ? (
            <button
              type="button"
              className="more"
              onClick={() => download(csv, `${fileName(table.caption)}.csv`)}
            >
              CSV
            </button>
          ) : null}
        </span>
      </header>
      {legend}
      {asTable ? (
        <TwinTable table={table} />
      ) : (
        <>
          {above}
          <div className="body">
            <div
              className="chart"
              ref={box}
              role="img"
              // biome-ignore lint/a11y/noNoninteractiveTabindex: one tab stop, then arrow keys read it window by window
              tabIndex={0}
              aria-label={summary}
              aria-describedby={`${id}-say`}
              onKeyDown={onKeyDown}
              onBlur={leave}
              style={{ height }}
            >
              {empty ?? (width > 0 ? props.children({ width, active }) : null)}
            </div>
          </div>
          {below}
        </>
      )}
      <p id={`${id}-say`} className={active === null ? "sr" : "readout"} aria-live="polite">
        {said}
      </p>
      <figcaption className="sr">{summary}</figcaption>
    </figure>
  );
}

const SETTLES_MS = 150;
/** Only where the reader stops is spoken, not every window on the way. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), SETTLES_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

const BIG_STEP = 10;
function useReading(count: number): [number | null, (event: KeyboardEvent) => void, () => void] {
  const [active, setActive] = useState<number | null>(null);
  const last = useRef(0);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && active !== null) {
      event.stopPropagation();
      setActive(null);
      return;
    }
    const from = active ?? count;
    const step = event.shiftKey ? BIG_STEP : 1;
    const next = {
      ArrowRight: active === null ? last.current : from + step,
      ArrowLeft: from - step,
      Home: 0,
      End: count - 1,
    }[event.key];
    if (next === undefined || count === 0) return;
    event.preventDefault();
    const at = Math.min(count - 1, Math.max(0, next));
    last.current = at;
    setActive(at);
  };
  return [active !== null && active < count ? active : null, onKeyDown, () => setActive(null)];
}

function TwinTable({ table }: { table: ChartTable }) {
  const numeric = new Set(table.numeric);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by keyboard too
    <section className="chart-table" tabIndex={0} aria-label={table.caption}>
      <table className="dense">
        <caption className="sr">{table.caption}</caption>
        <thead>
          <tr>
            {table.columns.map((column, index) => (
              <th key={column} scope="col" className={numeric.has(index) ? "num" : undefined}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row) => (
            <tr key={row.key}>
              {table.columns.map((column, index) =>
                index === 0 ? (
                  <th key={column} scope="row">
                    {row.shown[index]}
                  </th>
                ) : (
                  <td key={column} className={numeric.has(index) ? "num" : undefined}>
                    {row.shown[index]}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function download(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1_000);
}
