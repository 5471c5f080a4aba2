import { parseAsInteger, parseAsString, parseAsStringLiteral } from "nuqs";

export const INBOX_TABS = ["open", "acknowledged", "silenced", "resolved"] as const;
export type InboxTab = (typeof INBOX_TABS)[number];

export const inboxParsers = {
  status: parseAsStringLiteral(INBOX_TABS).withDefault("open").withOptions({ history: "push" }),
  severity: parseAsStringLiteral(["page", "ticket"]),
  model: parseAsString,
  /** How many rows. */
  n: parseAsInteger.withDefault(100),
};
