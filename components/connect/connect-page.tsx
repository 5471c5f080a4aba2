"use client";
import { ConnectSteps } from "#components/connect/connect-steps.tsx";
import { Answer } from "#components/ui/panel.tsx";

export function ConnectPage() {
  return (
    <div className="wrap">
      <Answer
        heading="Connect a model"
        say="Send one prediction, and the model is here."
        more="Nothing has to be declared first: types are read from the first rows and can be changed later."
      />
      <ConnectSteps />
    </div>
  );
}
