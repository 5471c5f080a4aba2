"use client";
import { type MouseEvent, type ReactNode, useState } from "react";
import { LiveProvider } from "#components/api/live.tsx";
import { useAsk } from "#components/api/use-api.ts";
import { GlobalHotkeys } from "#components/shell/global-hotkeys.tsx";
import { Palette } from "#components/shell/palette.tsx";
import { SideNav } from "#components/shell/side-nav.tsx";
import { StaleBanner, TopBar } from "#components/shell/top-bar.tsx";
import { useModal } from "#components/ui/dialog.tsx";

/** The frame of every page behind the sign-in: navigation, top bar, palette, keys, live line. */
export function AppShell({ children }: { children: ReactNode }) {
  return (
    <LiveProvider>
      <Frame>{children}</Frame>
    </LiveProvider>
  );
}

/** Past the bars of the page, where it has an answer already. */
function skipToAnswer(event: MouseEvent): void {
  const answer = document.getElementById("answer");
  if (!answer) return;
  event.preventDefault();
  answer.focus();
  answer.scrollIntoView({ block: "center" });
}

function Frame({ children }: { children: ReactNode }) {
  const models = useAsk("models.list", undefined);
  const [palette, setPalette] = useState(false);
  const [menu, setMenu] = useState(false);
  const menuRef = useModal(menu);
  return (
    <>
      {/* biome-ignore lint/a11y/useValidAnchor: it leads within the page; the handler only goes further where it can */}
      <a className="skip" href="#main" onClick={skipToAnswer}>
        Skip to answer
      </a>
      <div className="app">
        <div className="side">
          <SideNav models={models.data ?? []} />
        </div>
        <div className="main">
          <TopBar models={models.data ?? []} onSearch={() => setPalette(true)} onMenu={() => setMenu(true)} />
          <StaleBanner />
          <main id="main" tabIndex={-1}>
            {children}
          </main>
        </div>
      </div>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a modal dialog by itself */}
      <dialog
        ref={menuRef}
        className="sheet side-sheet"
        aria-label="Menu"
        onClose={() => setMenu(false)}
        onClick={() => setMenu(false)}
      >
        {menu ? <SideNav models={models.data ?? []} /> : null}
      </dialog>
      <Palette open={palette} onClose={() => setPalette(false)} models={models.data ?? []} />
      <GlobalHotkeys onPalette={() => setPalette(true)} />
    </>
  );
}
