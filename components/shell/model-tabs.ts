import { modelPath } from "#components/shell/carry.ts";

export interface ModelTab {
  key: string;
  label: string;
  href: string;
  /** The single key that opens it. */
  hotkey: string;
}

export function modelTabs(model: string): ModelTab[] {
  const tab = (key: string, label: string, hotkey: string, ...path: string[]) => ({
    key,
    label,
    href: modelPath(model, ...path),
    hotkey,
  });
  return [
    tab("overview", "Overview", "o"),
    tab("drift", "Drift", "d", "drift"),
    tab("performance", "Performance", "p", "performance"),
    tab("quality", "Quality", "q", "quality"),
    tab("segments", "Segments", "s", "segments"),
    tab("fairness", "Fairness", "b", "fairness"),
    tab("predictions", "Predictions", "r", "predictions"),
    tab("monitors", "Monitors", "n", "monitors"),
    tab("settings", "Settings", "S", "settings"),
  ];
}

/** Which tab a page of the model belongs to; a feature belongs to drift. */
export function currentTab(model: string, pathname: string): string {
  const rest = pathname.slice(modelPath(model).length).split("/")[1] ?? "";
  if (rest === "features") return "drift";
  return rest === "" ? "overview" : rest;
}
