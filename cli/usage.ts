export const USAGE = `Usage: npm run --silent plumbline -- COMMAND

  keys create --scopes ingest,read,manage [--name NAME] [--days N]   prints one API key, and nothing else
  keys list [--json]                                                 every key, without its secret
  keys revoke ID                                                     ends a key; the id is in \`keys list\`
  signin-link [--email ADDRESS]                                      prints a link that signs in once, within the hour
  setup-link                                                         prints a link that makes the first owner
  doctor                                                             checks Node, SQLite, disk and databases
  version
  help

Commands work with or without a running server, on the data folder that PLUMBLINE_DATA names (default ./data).
Exit codes: 0 done, 1 a check failed, 2 usage or trouble.
`;

/** A mistake in the words of a command. */
export class UsageError extends Error {}
