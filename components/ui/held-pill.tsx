import { plural } from "#components/ui/format.ts";
import type { HeldList } from "#components/ui/use-held-list.ts";
import "#components/ui/held-pill.css";

/** `3 new · Show`: what came meanwhile, brought in only when asked for. */
export function HeldPill({
  list,
  one,
  many,
}: {
  list: Pick<HeldList<unknown>, "fresh" | "gone" | "show">;
  one: string;
  many?: string;
}) {
  const waiting = [
    list.fresh > 0 ? plural(list.fresh, `new ${one}`, `new ${many ?? `${one}s`}`) : null,
    list.gone > 0 ? `${list.gone} settled` : null,
  ].filter((part) => part !== null);
  return (
    <div role="status" className="held">
      {waiting.length > 0 ? (
        <button type="button" className="chip" onClick={list.show}>
          {waiting.join(", ")} · Show
        </button>
      ) : null}
    </div>
  );
}
