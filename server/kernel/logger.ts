import pino, { type Logger } from "pino";

export type { Logger };

const REDACTED = [
  "authorization",
  "cookie",
  "password",
  "secret",
  "token",
  "*.authorization",
  "*.cookie",
  "*.password",
  "*.secret",
  "*.token",
];

/** One JSON line an event on standard error; standard output is for what a person or a script reads. */
export function createLogger(level: string, name: string): Logger {
  const destination = pino.destination({ dest: 2, sync: true });
  return pino({ level, name, redact: { paths: REDACTED, censor: "[redacted]" } }, destination);
}
