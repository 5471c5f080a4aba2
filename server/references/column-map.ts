import { ServiceError } from "#server/kernel/errors.ts";
import type { ModelSchema } from "#server/models/schema.ts";

/** Which column of the file is what, by our name. */
export interface ColumnMap {
  /** Our name → column, `ignore` left out. */
  readonly columns: ReadonlyMap<string, string>;
  readonly ignored: ReadonlySet<string>;
}

const PLAIN_NAMES = ["ts", "prediction_id", "version", "label", "latency_ms"] as const;
const PREFIXES = ["features.", "segments.", "output.probabilities."] as const;
/** Names that rows of the ingest wire carry: a column of that very name is what it says, without being named in `map`. */
const SELF_NAMED = new Set<string>([...PLAIN_NAMES, "model", "output.value", "output.probability"]);

/** Reads `map=ours:column,…`. Refuses names that mean nothing and columns named twice. */
export function parseColumnMap(text: string | null, model: ModelSchema): ColumnMap {
  const columns = new Map<string, string>();
  const ignored = new Set<string>();
  for (const pair of splitPairs(text)) {
    const { ours, column } = pair;
    if ([...columns.values(), ...ignored].includes(column)) {
      throw badMap(`\`map\` names the column \`${column}\` twice; a column is one thing.`);
    }
    if (ours === "ignore") ignored.add(column);
    else if (columns.has(ours)) throw badMap(`\`map\` names two columns for \`${ours}\`; keep one of them.`);
    else columns.set(checkedName(ours, model), column);
  }
  return { columns, ignored };
}

/** Adds the columns that say by their own name what they are, and refuses names of columns that the file has not. */
export function completeColumnMap(map: ColumnMap, names: readonly string[], model: ModelSchema): ColumnMap {
  for (const [ours, column] of map.columns) {
    if (!names.includes(column)) {
      throw badMap(
        `\`map\` says that \`${ours}\` is the column \`${column}\`, which the file does not have. It has: ${listed(names)}.`,
      );
    }
  }
  const columns = new Map(map.columns);
  const taken = new Set([...map.columns.values(), ...map.ignored]);
  const declared = new Set(model.features.map((feature) => feature.name));
  for (const name of names) {
    const isSelfNamed = SELF_NAMED.has(name) || PREFIXES.some((prefix) => name.startsWith(prefix));
    if (isSelfNamed && !taken.has(name) && !columns.has(name) && !declared.has(name)) columns.set(name, name);
  }
  return { columns, ignored: map.ignored };
}

function splitPairs(text: string | null): Array<{ ours: string; column: string }> {
  if (text === null || text.trim() === "") return [];
  return text.split(",").map((part) => {
    const colon = part.indexOf(":");
    const ours = part.slice(0, colon).trim();
    const column = part.slice(colon + 1).trim();
    if (colon < 0 || ours === "" || column === "") {
      throw badMap(`\`map\` has a part that is no pair \`ours:column\`: \`${part.trim()}\`.`);
    }
    return { ours, column };
  });
}

function checkedName(ours: string, model: ModelSchema): string {
  const isKnown =
    PLAIN_NAMES.some((name) => name === ours) ||
    PREFIXES.some((prefix) => ours.startsWith(prefix) && ours.length > prefix.length) ||
    ours === "output.value" ||
    ours === "output.probability";
  if (!isKnown) {
    throw badMap(
      `\`map\` has the name \`${ours}\`, which means nothing here. Names are ts, prediction_id, version, label, latency_ms, output.value, output.probability, output.probabilities.CLASS, features.NAME, segments.NAME and ignore.`,
    );
  }
  const tasks: Record<string, ModelSchema["task"]> = { "output.probability": "binary" };
  const task = ours.startsWith("output.probabilities.") ? "multiclass" : tasks[ours];
  if (task !== undefined && task !== model.task) {
    throw badMap(
      `\`map\` has \`${ours}\`, but \`${model.slug}\` is a ${model.task} model; that output belongs to ${task} models.`,
    );
  }
  return ours;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 30).map((name) => `\`${name}\``);
  return names.length > 30 ? `${shown.join(", ")} and ${names.length - 30} more` : shown.join(", ");
}

function badMap(message: string): ServiceError {
  return new ServiceError("bad_request", message, {
    reason: "bad_map",
    errors: [{ path: "map", code: "bad_map", message }],
  });
}
