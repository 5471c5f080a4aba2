"use client";
import { useState, useSyncExternalStore } from "react";
import { SINGLE_KEYS_OFF } from "#components/shell/hotkeys.ts";
import { useLocalZone, useZone } from "#components/shell/zone.ts";
import { Checkbox, Segmented } from "#components/ui/fields.tsx";
import { Answer, Panel } from "#components/ui/panel.tsx";
import { setTheme, useTheme } from "#components/ui/theme.ts";

const never = () => () => undefined;

/** What this browser looks like; nothing of it is kept on the server. */
export function AppearancePage() {
  const theme = useTheme();
  const { tz, setTz } = useZone();
  const local = useLocalZone();
  const stored = useSyncExternalStore(
    never,
    () => window.localStorage.getItem(SINGLE_KEYS_OFF) === "1",
    () => false,
  );
  const [off, setOff] = useState<boolean | null>(null);
  const keysOff = off ?? stored;
  const setKeys = (on: boolean) => {
    window.localStorage.setItem(SINGLE_KEYS_OFF, on ? "0" : "1");
    setOff(!on);
  };
  return (
    <>
      <Answer
        heading="Appearance"
        say="How Plumbline looks in this browser."
        more="Nothing of this is kept on the server."
      />
      <Panel title="Appearance">
        <div className="form">
          <fieldset>
            <div className="frow">
              <span className="k">Theme</span>
              <span className="v">
                <Segmented
                  label="Theme"
                  value={theme}
                  options={[
                    { value: "system", label: "System" },
                    { value: "light", label: "Light" },
                    { value: "dark", label: "Dark" },
                  ]}
                  onChange={setTheme}
                />
              </span>
            </div>
            <div className="frow">
              <span className="k">Times</span>
              <span className="v">
                <Segmented
                  label="Times"
                  value={tz === "local" ? "local" : "utc"}
                  options={[
                    { value: "utc", label: "UTC" },
                    { value: "local", label: "Local" },
                  ]}
                  onChange={setTz}
                />
                <span className="hint">local is {local}; the choice is part of the address</span>
              </span>
            </div>
            <div className="frow">
              <span className="k">Keyboard</span>
              <span className="v">
                <Checkbox checked={!keysOff} onChange={(event) => setKeys(event.target.checked)}>
                  single-letter shortcuts, such as e to acknowledge
                </Checkbox>
              </span>
            </div>
          </fieldset>
        </div>
      </Panel>
    </>
  );
}
