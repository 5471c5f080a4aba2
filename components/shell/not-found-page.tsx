import { Empty } from "#components/ui/block.tsx";
import { LinkButton } from "#components/ui/button.tsx";

export function NotFoundPage() {
  return (
    <section className="wrap" id="answer" tabIndex={-1} aria-label="Answer">
      <h1 className="sr">Not found</h1>
      <Empty
        icon="nodata"
        title="There is no page at this address."
        action={<LinkButton href="/">Go to the fleet</LinkButton>}
      >
        <p>The link may be old, or mistyped. ⌘K finds models, features and pages by a few letters.</p>
      </Empty>
    </section>
  );
}
