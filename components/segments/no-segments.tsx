import { modelPath } from "#components/shell/carry.ts";
import type { Scope } from "#components/shell/use-scope.ts";
import { Empty } from "#components/ui/block.tsx";
import { LinkButton } from "#components/ui/button.tsx";
import { CodeBlock } from "#components/ui/code-block.tsx";

/** Two ways to have segments: a feature that is one, or a key that is sent with each row. */
export function NoSegments({ scope }: { scope: Scope }) {
  const isDeclared = scope.detail.segments.length > 0;
  return (
    <div className="wrap">
      <section id="answer" tabIndex={-1} aria-label="Answer">
        <h1 className="sr">Segments of {scope.model}</h1>
        <Empty
          icon="info"
          title={isDeclared ? "No row has a value of a segment key yet." : "No segment keys yet."}
          action={
            <LinkButton href={modelPath(scope.model, "settings")}>Choose features as segments</LinkButton>
          }
        >
          <p>
            Segments tell who is affected, and whether a change comes from other traffic or from the model
            itself. Choose categorical features in the settings, or send keys of your own with each
            prediction. They count from then on, and for what is stored once it has been folded again.
          </p>
          <CodeBlock label="A prediction with segments" code={EXAMPLE} />
        </Empty>
      </section>
    </div>
  );
}

const EXAMPLE = `{ "prediction_id": "…", "features": { … }, "segments": { "country": "DE", "channel": "web" } }`;
