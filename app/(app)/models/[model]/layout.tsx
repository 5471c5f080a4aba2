import type { ReactNode } from "react";
import { ModelFrame } from "#components/shell/model-frame.tsx";

export default function ModelLayout({ children }: { children: ReactNode }) {
  return <ModelFrame>{children}</ModelFrame>;
}
