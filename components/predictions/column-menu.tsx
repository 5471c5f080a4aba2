"use client";
import { predictionColumns, usualColumns } from "#components/predictions/prediction-columns.tsx";
import { Checkbox } from "#components/ui/fields.tsx";
import { Menu } from "#components/ui/menu.tsx";
import type { ModelDetail } from "#server/api/contract.ts";

export function ColumnMenu({
  model,
  chosen,
  onChange,
}: {
  model: ModelDetail;
  chosen: readonly string[] | null;
  onChange: (ids: string[] | null) => void;
}) {
  const all = predictionColumns(model);
  const shown = chosen ?? usualColumns(model);
  const toggle = (id: string) => {
    const next = all.map((column) => column.id).filter((one) => (one === id) !== shown.includes(one));
    onChange(next);
  };
  return (
    <Menu role="dialog" label="Columns" button="Columns" buttonClass="ctl tall">
      {() => (
        <div className="box">
          {all.map((column) => (
            <Checkbox key={column.id} checked={shown.includes(column.id)} onChange={() => toggle(column.id)}>
              {column.title}
            </Checkbox>
          ))}
          {chosen === null ? null : (
            <button type="button" className="link" onClick={() => onChange(null)}>
              Usual columns
            </button>
          )}
        </div>
      )}
    </Menu>
  );
}
