"use client";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useHotkeys } from "#components/shell/hotkeys.ts";
import { Dialog } from "#components/ui/dialog.tsx";

const SHEET: { keys: string[]; does: string }[] = [
  { keys: ["⌘", "K"], does: "Search or jump to a model or page" },
  { keys: ["g", "f"], does: "Fleet" },
  { keys: ["g", "a"], does: "Alerts" },
  { keys: ["g", "m"], does: "Pick a model" },
  { keys: ["g", "s"], does: "Settings" },
  { keys: ["t"], does: "Pick a time range" },
  { keys: ["[", "]"], does: "Range earlier, later" },
  { keys: ["-", "="], does: "Range longer, shorter" },
  {
    keys: ["o", "d", "p", "r", "n"],
    does: "Within a model: overview, drift, performance, predictions, monitors",
  },
  { keys: ["/"], does: "Search on this page" },
  { keys: ["←", "→"], does: "Within a chart: read window by window" },
  { keys: ["?"], does: "This list" },
  { keys: ["Esc"], does: "Close what is on top" },
];

/** Keys that work everywhere, and the sheet that lists them. */
export function GlobalHotkeys({ onPalette }: { onPalette: () => void }) {
  const router = useRouter();
  const [sheet, setSheet] = useState(false);
  useHotkeys({
    "mod+k": onPalette,
    "?": () => setSheet(true),
    "g f": () => router.push("/"),
    "g a": () => router.push("/alerts"),
    "g s": () => router.push("/settings"),
    "g m": onPalette,
    "/": () => document.querySelector<HTMLInputElement>("main input[type=search]")?.focus(),
  });
  return (
    <Dialog open={sheet} title="Keys" onClose={() => setSheet(false)}>
      <dl className="keys">
        {SHEET.map(({ keys, does }) => (
          <KeyLine key={does} keys={keys} does={does} />
        ))}
      </dl>
      <p className="hint">Single letters rest while you type.</p>
    </Dialog>
  );
}

function KeyLine({ keys, does }: { keys: string[]; does: string }) {
  return (
    <>
      <dt>
        {keys.map((key) => (
          <kbd key={key}>{key}</kbd>
        ))}
      </dt>
      <dd>{does}</dd>
    </>
  );
}
