const FILLED = { fill: "currentColor", stroke: "none" } as const;
const CUT = { stroke: "var(--bg)", strokeWidth: 1.7 } as const;

/** One shape per state, readable without colour; then the shapes of actions. */
const SHAPES = {
  page: (
    <>
      <path d="M5.1 1.25h5.8l3.85 3.85v5.8l-3.85 3.85H5.1L1.25 10.9V5.1z" {...FILLED} />
      <path d="M8 4.4v4.2M8 11.3v.1" {...CUT} />
    </>
  ),
  ticket: (
    <>
      <path d="M8 1.6 15.2 14.2H.8z" fill="currentColor" strokeWidth="1" />
      <path d="M8 6v3.6M8 12v.1" {...CUT} />
    </>
  ),
  ok: (
    <>
      <circle cx="8" cy="8" r="6.75" />
      <path d="m5.2 8.2 2 2 3.7-4.1" />
    </>
  ),
  nodata: <circle cx="8" cy="8" r="6.5" strokeDasharray="2.4 2.7" />,
  low: (
    <>
      <circle cx="8" cy="8" r="6.5" />
      <path d="M8 8V1.5A6.5 6.5 0 0 1 14.5 8z" {...FILLED} />
    </>
  ),
  silenced: <path d="M3.6 11.4V7.2a4.4 4.4 0 0 1 8.8 0v4.2l1.1 1.1h-11zM6.6 14.4h2.8M2 2l12 12" />,
  wait: (
    <>
      <circle cx="8" cy="8" r="6.5" />
      <path d="M8 4.6V8l2.3 1.4" />
    </>
  ),
  learning: (
    <>
      <path d="M13.6 6A6 6 0 0 0 2.6 5.6M2.4 10a6 6 0 0 0 11 .4" />
      <path d="M2.4 2.6v3.2h3.2M13.6 13.4v-3.2h-3.2" />
    </>
  ),
  paused: (
    <>
      <circle cx="8" cy="8" r="6.5" />
      <path d="M6.3 5.6v4.8M9.7 5.6v4.8" />
    </>
  ),
  fail: (
    <>
      <rect x="1.5" y="1.5" width="13" height="13" rx="2.5" {...FILLED} />
      <path d="m5.4 5.4 5.2 5.2m0-5.2-5.2 5.2" stroke="var(--bg)" />
    </>
  ),
  info: (
    <>
      <rect x="1.75" y="1.75" width="12.5" height="12.5" rx="2.5" />
      <path d="M8 7.4v3.8M8 4.9v.1" />
    </>
  ),
  version: <path d="M8 2.2 13.8 8 8 13.8 2.2 8z" {...FILLED} />,
  challenger: <path d="M8 2.6 13.4 8 8 13.4 2.6 8z" />,
  deploy: <path d="M2.6 4h10.8L8 13.2z" {...FILLED} />,
  schema: (
    <>
      <rect x="2.5" y="2.5" width="11" height="11" />
      <rect x="5.8" y="5.8" width="4.4" height="4.4" {...FILLED} />
    </>
  ),
  edit: <path d="m3 13 .7-2.9 7.4-7.4 2.2 2.2-7.4 7.4z" />,
  note: <path d="M4 13.5V2.5h7.5l-2 3 2 3H4" />,
  reference: (
    <>
      <path d="M13.2 8a5.2 5.2 0 1 1-1.6-3.8" />
      <path d="M12.4 1.6v3h-3" />
    </>
  ),
  moved: <path d="M2 11.5h4.2l3.6-7H14" />,
  fresh: <path d="M8 3v10M3 8h10" strokeWidth="2" />,
  live: <circle cx="8" cy="8" r="6" {...FILLED} />,
  half: (
    <>
      <circle cx="8" cy="8" r="6" />
      <path d="M8 2a6 6 0 0 0 0 12z" {...FILLED} />
    </>
  ),
  hollow: <circle cx="8" cy="8" r="6" />,
  down: <path d="m4 6 4 4 4-4" />,
  up: <path d="m4 10 4-4 4 4" />,
  left: <path d="m10 3.5-4.5 4.5 4.5 4.5" />,
  right: <path d="m6 3.5 4.5 4.5L6 12.5" />,
  search: (
    <>
      <circle cx="7" cy="7" r="4.5" />
      <path d="m10.5 10.5 3.5 3.5" />
    </>
  ),
  close: <path d="m4 4 8 8m0-8-8 8" />,
  tick: <path d="m3.5 8.4 3 3 6-6.6" />,
  fleet: <path d="M2.5 4h11M2.5 8h11M2.5 12h11" />,
  alerts: <path d="M3.6 11.4V7.2a4.4 4.4 0 0 1 8.8 0v4.2l1.1 1.1h-11zM6.6 14.4h2.8" />,
  audit: <path d="M4 2.5h8v11H4zM6.3 5.8h3.4M6.3 8.4h3.4" />,
  gear: (
    <>
      <path d="M2.5 5h6M12 5h1.5M2.5 11H4M7.5 11h6" />
      <circle cx="10.2" cy="5" r="1.7" />
      <circle cx="5.8" cy="11" r="1.7" />
    </>
  ),
  model: <path d="M2.5 12.5 6 7.2l3 2.6 4.5-6.3" />,
  out: <path d="M6 3.5H3.5v9h9V10M9 3.5h3.5V7M12.5 3.5 7.5 8.5" />,
  plus: <path d="M8 3.5v9M3.5 8h9" />,
  link: (
    <path d="M6.8 9.2a2.6 2.6 0 0 0 3.7 0l2-2a2.6 2.6 0 0 0-3.7-3.7l-.9.9M9.2 6.8a2.6 2.6 0 0 0-3.7 0l-2 2a2.6 2.6 0 0 0 3.7 3.7l.9-.9" />
  ),
  copy: <path d="M5.5 5.5V2.5h8v8h-3M2.5 5.5h8v8h-8z" />,
  more: <path d="M3.5 8h.1M8 8h.1M12.5 8h.1" strokeWidth="2" />,
  mail: <path d="M2 3.5h12v9H2zM2 4l6 5 6-5" />,
} as const;

export type IconName = keyof typeof SHAPES;

export interface IconProps {
  name: IconName;
  size?: "s" | "xs";
  /** Read aloud; without it the shape is decoration beside a word. */
  label?: string;
}

export function Icon({ name, size, label }: IconProps) {
  const spoken = label ? { role: "img", "aria-label": label } : { "aria-hidden": true };
  return (
    // biome-ignore lint/a11y/noSvgWithoutTitle: named by aria-label, or decoration
    <svg className={`i i-${name}${size ? ` ${size}` : ""}`} viewBox="0 0 16 16" {...spoken}>
      {SHAPES[name]}
    </svg>
  );
}
