import { badBody, tooManyRows } from "#server/ingest/body-refusals.ts";
import type { IngestLimits } from "#server/ingest/ingest-limits.ts";
import { isPlainObject } from "#server/ingest/json-tree.ts";

/** Keys whose value is an object of lists, and how many such objects there are between the key and the lists. */
const NESTED = new Set(["features", "segments", "output"]);
const DOUBLY_NESTED = new Set(["probabilities"]);

type Lists = Map<string, readonly unknown[] | Lists>;

/** A columnar body as rows: the same checks apply to both. Absent cells cannot be said in columns; null can. */
export function columnsToRows(columns: unknown, limits: IngestLimits): Record<string, unknown>[] {
  if (!isPlainObject(columns)) throw badBody("bad_envelope", "`columns` is not an object of lists.");
  const lists = readLists(columns, NESTED, "columns");
  const count = commonLength(lists);
  if (count > limits.rows) throw tooManyRows(limits, count);
  return Array.from({ length: count }, (_, row) => rowAt(lists, row));
}

function readLists(
  columns: Readonly<Record<string, unknown>>,
  nested: ReadonlySet<string>,
  path: string,
): Lists {
  const lists: Lists = new Map();
  for (const [key, value] of Object.entries(columns)) {
    if (Array.isArray(value)) lists.set(key, value);
    else if (nested.has(key) && isPlainObject(value)) {
      const inner = path === "columns" && key === "output" ? DOUBLY_NESTED : new Set<string>();
      lists.set(key, readLists(value, inner, `${path}.${key}`));
    } else throw badBody("bad_envelope", `\`${path}\` has a member that is not a list.`);
  }
  return lists;
}

/** Length that every list has; refuses the body when two differ. */
function commonLength(lists: Lists): number {
  let count = -1;
  const visit = (inner: Lists, path: string): void => {
    for (const [key, list] of inner) {
      if (list instanceof Map) visit(list, `${path}${key}.`);
      else if (count === -1) count = list.length;
      else if (list.length !== count) {
        const where = `\`columns.${path}${key.slice(0, 80)}\``;
        throw badBody(
          "unequal_columns",
          `${where} has ${list.length} values where other columns have ${count}; all lists must be of one length.`,
        );
      }
    }
  };
  visit(lists, "");
  return Math.max(0, count);
}

function rowAt(lists: Lists, row: number): Record<string, unknown> {
  // Without a prototype, a column that is called __proto__ is a key like any other.
  const object: Record<string, unknown> = Object.create(null);
  for (const [key, list] of lists) object[key] = list instanceof Map ? rowAt(list, row) : list[row];
  return object;
}
