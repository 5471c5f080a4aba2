export interface Crumb {
  label: string;
  href: string;
}

const SECTIONS: Record<string, string> = {
  alerts: "Alerts",
  settings: "Settings",
  drift: "Drift",
  performance: "Performance",
  fairness: "Fairness",
  predictions: "Predictions",
  monitors: "Monitors",
  channels: "Channels",
  keys: "API keys",
  "api-keys": "API keys",
  appearance: "Appearance",
};

/** Where a page stands, from its address; the last one is the page itself. */
export function crumbsOf(pathname: string): Crumb[] {
  const parts = pathname.split("/").filter(Boolean);
  const [first, second, ...rest] = parts;
  if (first === undefined) return [{ label: "Fleet", href: "/" }];
  if (first !== "models" || second === undefined) return chain([], parts, "");
  const fleet = { label: "Fleet", href: "/" };
  if (second === "new" && rest.length === 0) return [fleet, { label: "Connect a model", href: pathname }];
  const base = `/models/${second}`;
  const model = { label: decode(second), href: base };
  if (rest[0] === "features" && rest[1] !== undefined) {
    const drift = { label: "Drift", href: `${base}/drift` };
    return [fleet, model, drift, { label: decode(rest[1]), href: pathname }];
  }
  return chain([fleet, model], rest, base);
}

function chain(start: Crumb[], parts: string[], base: string): Crumb[] {
  const crumbs = [...start];
  let href = base;
  for (const part of parts) {
    href += `/${part}`;
    crumbs.push({ label: SECTIONS[part] ?? wordOf(part, parts[0]), href });
  }
  return crumbs;
}

/** Ids of ours mean nothing to a reader. */
function wordOf(part: string, section: string | undefined): string {
  if (part === "new") return "New";
  if (section === "alerts") return "Alert";
  if (section === "monitors") return "Monitor";
  return decode(part);
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
