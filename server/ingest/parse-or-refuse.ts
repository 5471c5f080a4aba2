import { badBody } from "#server/ingest/body-refusals.ts";
import { jsonHint } from "#server/ingest/json-hint.ts";

export function byteOrderMark(bytes: Buffer): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}

export function parseOrRefuse(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const place = where === "" ? "" : ` ${where}`;
    throw badBody("invalid_json", `The body is not valid JSON${place}: ${jsonHint(text)}`);
  }
}
