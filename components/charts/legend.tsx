import type { ReactNode } from "react";
import { ROLE_COLOURS, type TimeSeriesModel } from "#components/charts/prepare-time-series.ts";
import { EVIDENCE } from "#components/ui/metric-words.ts";

export type LegendMark =
  | "line"
  | "band"
  | "dashed"
  | "tail"
  | "bar"
  | "bar-light"
  | "outline"
  | "tick"
  | "estimate"
  | "outer";

export function LegendItem({
  mark,
  colour,
  children,
}: {
  mark: LegendMark;
  colour: string;
  children: ReactNode;
}) {
  return (
    <li>
      <svg viewBox="0 0 20 10" aria-hidden="true">
        <Swatch mark={mark} colour={colour} />
      </svg>
      <span>{children}</span>
    </li>
  );
}

function Swatch({ mark, colour }: { mark: LegendMark; colour: string }) {
  switch (mark) {
    case "band":
      return (
        <>
          <rect y="1" width="20" height="8" fill={colour} opacity=".18" />
          <path d="M0 5h20" stroke={colour} strokeWidth="2" />
        </>
      );
    case "estimate":
      return (
        <>
          <rect y="1" width="20" height="8" fill={colour} opacity=".18" />
          <path d="M0 5h20" stroke={colour} strokeWidth="2" strokeDasharray="6 4" />
        </>
      );
    case "outer":
      return (
        <rect
          x="0.5"
          y="1"
          width="19"
          height="8"
          fill={colour}
          fillOpacity=".08"
          stroke={colour}
          strokeOpacity=".6"
          strokeDasharray="1 3"
        />
      );
    case "dashed":
      return <path d="M0 5h20" stroke={colour} strokeDasharray="4 3" />;
    case "tail":
      return <path d="M0 5h20" stroke={colour} strokeDasharray="2 3" strokeWidth="2" />;
    case "bar":
      return <rect x="5" width="10" height="10" fill={colour} opacity=".55" />;
    case "bar-light":
      return <rect x="5" width="10" height="10" fill={colour} opacity=".25" />;
    case "outline":
      return <path d="M0 9V3h9V6h8V9" fill="none" stroke={colour} strokeWidth="1.5" />;
    case "tick":
      return <path d="M10 0v10" stroke={colour} strokeWidth="1.5" />;
    default:
      return <path d="M0 5h20" stroke={colour} strokeWidth="1.5" />;
  }
}

/** What is drawn, and nothing that is not. */
export function SeriesLegend({ model }: { model: TimeSeriesModel }) {
  const levels = new Set(model.limits.map((limit) => (limit.advisory ? "advisory" : limit.severity)));
  return (
    <ul className="legend">
      {model.series.map((series) => (
        <LegendItem
          key={series.key}
          mark={series.role === "estimate" ? "estimate" : series.hasBand ? "band" : "line"}
          colour={ROLE_COLOURS[series.role]}
        >
          {series.label}
        </LegendItem>
      ))}
      {model.series
        .filter((series) => series.hasOuter)
        .map((series) => (
          <LegendItem key={series.key} mark="outer" colour={ROLE_COLOURS[series.role]}>
            if the concept moved as before
          </LegendItem>
        ))}
      {[...new Set(model.references.map((reference) => reference.label))].map((label) => (
        <LegendItem key={label} mark="dashed" colour="var(--reference)">
          {label}
        </LegendItem>
      ))}
      {levels.has("page") ? (
        <LegendItem mark="line" colour="var(--page)">
          {model.metric === EVIDENCE ? "where it alarms" : "limit, page"}
        </LegendItem>
      ) : null}
      {levels.has("ticket") ? (
        <LegendItem mark="line" colour="var(--ticket)">
          {model.metric === EVIDENCE ? "where it alarms" : "limit, ticket"}
        </LegendItem>
      ) : null}
      {levels.has("advisory") ? (
        <LegendItem mark="line" colour="var(--ticket)">
          usual limit, no monitor
        </LegendItem>
      ) : null}
      {model.series.some((series) => series.hasTail) ? (
        <LegendItem mark="tail" colour="var(--s1)">
          window or labels still open
        </LegendItem>
      ) : null}
    </ul>
  );
}
