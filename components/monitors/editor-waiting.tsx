import { Skeleton } from "#components/ui/block.tsx";

export function EditorWaiting() {
  return (
    <div className="wrap">
      <Skeleton height="page" />
    </div>
  );
}
