"use client";
import { SIGN_IN_PATH } from "#components/api/api-provider.tsx";
import { useAsk } from "#components/api/use-api.ts";
import { useLocalZone, useZone } from "#components/shell/zone.ts";
import { Menu, MenuItem } from "#components/ui/menu.tsx";
import { setTheme, type Theme, useTheme } from "#components/ui/theme.ts";

const THEMES: { value: Theme; label: string }[] = [
  { value: "system", label: "System" },
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
];

/** Who is signed in, the theme, the zone, and the way out. */
export function UserMenu() {
  const me = useAsk("session.me", undefined, { staleMs: 5 * 60_000 });
  const theme = useTheme();
  const { tz, setTz } = useZone();
  const local = useLocalZone();
  const name = me.data?.name || me.data?.email || "";
  return (
    <Menu
      button={initials(name)}
      label={name ? `${initials(name)}, ${name}: menu` : "Menu of your account"}
      buttonClass="avatar"
    >
      {(close) => (
        <>
          {me.data ? (
            <p className="cap" role="presentation">
              {me.data.email}
            </p>
          ) : null}
          <p className="cap" role="presentation">
            Theme
          </p>
          {THEMES.map(({ value, label }) => (
            <MenuItem key={value} checked={theme === value} onSelect={() => setTheme(value)}>
              {label}
            </MenuItem>
          ))}
          <p className="cap" role="presentation">
            Times
          </p>
          <MenuItem checked={tz === "utc"} onSelect={() => setTz("utc")}>
            UTC
          </MenuItem>
          <MenuItem checked={tz === "local"} onSelect={() => setTz("local")} end={local}>
            Local
          </MenuItem>
          <hr />
          <MenuItem href="/settings" icon="gear" onSelect={close}>
            Settings
          </MenuItem>
          <MenuItem icon="out" onSelect={() => void signOut()}>
            Sign out
          </MenuItem>
        </>
      )}
    </Menu>
  );
}

function initials(name: string): string {
  const words = name.split(/[\s@.]+/).filter(Boolean);
  return `${words[0]?.[0] ?? "·"}${words.length > 1 ? (words[1]?.[0] ?? "") : ""}`.toUpperCase();
}

async function signOut(): Promise<void> {
  await fetch("/api/auth/sign-out", {
    method: "POST",
    headers: { "content-type": "application/json", "x-plumbline-csrf": "1" },
    body: "{}",
  }).catch(() => undefined);
  window.location.assign(SIGN_IN_PATH);
}
