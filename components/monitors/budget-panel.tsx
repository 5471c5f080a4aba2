"use client";
import { useId } from "react";
import { useAsk, useTell } from "#components/api/use-api.ts";
import { budgetWords } from "#components/evidence/evidence-words.ts";
import { certaintyRows, spentWords } from "#components/monitors/budget-words.ts";
import { WINDOW_WORDS } from "#components/shell/time-range.ts";
import { Loaded } from "#components/ui/block.tsx";
import { fixed, integer, NOTHING, plural } from "#components/ui/format.ts";
import { evidenceLine } from "#components/ui/metric-words.ts";
import { Panel } from "#components/ui/panel.tsx";
import { ScrollRegion } from "#components/ui/scroll-region.tsx";
import { useToast } from "#components/ui/toast.tsx";
import type { ModelDetail } from "#server/api/contract.ts";
import type { ModelBudget } from "#server/api/contracts/budget.ts";

const CHOICES = [1, 2, 4, 8, 13, 26, 52];

/** The model's false-alarm budget in words: what it allows, who shares it, what is spent, what it can see at all. */
export function BudgetPanel({ model }: { model: ModelDetail }) {
  const query = useAsk("monitors.budget", { model: model.model });
  return (
    <Panel
      className="c12 budget"
      title="False-alarm budget"
      sub="of all monitors that decide by evidence, together"
      end={<BudgetChoice model={model} />}
    >
      <Loaded query={query} what="the budget" height={140}>
        {(budget) => <BudgetBody budget={budget} />}
      </Loaded>
    </Panel>
  );
}

function BudgetChoice({ model }: { model: ModelDetail }) {
  const id = useId();
  const toast = useToast();
  const update = useTell("models.update", { refresh: ["models.", "monitors."] });
  const choices = CHOICES.includes(model.budgetWeeks) ? CHOICES : [...CHOICES, model.budgetWeeks];
  return (
    <>
      <label htmlFor={id} className="muted">
        One false alarm in
      </label>
      <span className="selwrap">
        <select
          id={id}
          className="in in-small"
          value={model.budgetWeeks}
          disabled={update.isPending}
          onChange={(event) =>
            update.mutate(
              { model: model.model, budget_weeks: Number(event.target.value) },
              {
                onSuccess: () => toast({ text: "Budget changed; lines move from the next window on" }),
                onError: (problem) => toast({ text: problem.detail }),
              },
            )
          }
        >
          {choices.map((weeks) => (
            <option key={weeks} value={weeks}>
              {plural(weeks, "week")}
            </option>
          ))}
        </select>
      </span>
    </>
  );
}

function BudgetBody({ budget }: { budget: ModelBudget }) {
  return (
    <>
      <p className="say">
        <b>{sentence(budget)}</b> <span>{spentWords(budget)}</span>
      </p>
      {budget.lines.length > 0 ? (
        <p className="bins-note">
          {budget.lines
            .map(
              ({ window, log10 }) =>
                `${WINDOW_WORDS[window]} windows alarm at evidence ${evidenceLine(log10)}`,
            )
            .join("; ")}
          . {budget.outside.monitors > 0 ? outsideWords(budget) : ""}
        </p>
      ) : null}
      {budget.drift.length > 0 ? <Certainty budget={budget} /> : null}
    </>
  );
}

function sentence({ monitors, tests, weeks }: ModelBudget): string {
  if (monitors === 0) return "No monitor decides by evidence yet, so nothing shares the budget.";
  return `${plural(monitors, "monitor shares", "monitors share")} ${budgetWords(weeks)}, over ${plural(tests, "test")}.`;
}

function outsideWords({ outside }: ModelBudget): string {
  return `${plural(outside.monitors, "monitor judges", "monitors judge")} each window by itself, outside the budget, and fired ${plural(outside.fired, "time")} in the same period.`;
}

/** The smallest drift that the reference lets anyone certify; large on top. */
function Certainty({ budget }: { budget: ModelBudget }) {
  return (
    <details className="budget-drift">
      <summary>The smallest drift that the reference can certify</summary>
      <ScrollRegion label="Table of the smallest certifiable drift">
        <table className="dense">
          <thead>
            <tr>
              <th scope="col">Feature</th>
              <th scope="col" className="num">
                Tolerance, TV
              </th>
              <th scope="col" className="num">
                Smallest certain drift, TV
              </th>
              <th scope="col" className="num">
                Reference rows
              </th>
              <th scope="col" className="num">
                Count as
              </th>
            </tr>
          </thead>
          <tbody>
            {certaintyRows(budget).map((row) => (
              <tr key={row.monitorId}>
                <th scope="row">{row.label}</th>
                <td className="num">{fixed(row.tolerance, 2)}</td>
                <td className="num">{row.smallest === null ? NOTHING : fixed(row.smallest, 3)}</td>
                <td className="num">{integer(row.rows)}</td>
                <td className="num">{integer(row.independentRows)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      <p className="foot">
        Drift beyond the tolerance but below this is real, and cannot be told from a reference that was drawn
        unluckily. Rows of one day are alike, so many rows may count as few. A sudden change is noticed by
        what came before, with no such floor.
      </p>
    </details>
  );
}
