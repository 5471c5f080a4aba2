"use client";
import { type ReactNode, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { copyText } from "#components/ui/code-block.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Checkbox } from "#components/ui/fields.tsx";
import { Icon } from "#components/ui/icon.tsx";

/** A secret that is never shown again: it closes only by its button, once somebody says that it is kept. */
export function SecretOnce({
  title,
  what,
  secret,
  onClose,
  children,
}: {
  title: string;
  what: string;
  secret: string;
  onClose: () => void;
  children?: ReactNode;
}) {
  const [kept, setKept] = useState(false);
  const [copied, setCopied] = useState(false);
  const copy = () =>
    void copyText(secret).then((done) => {
      setCopied(done);
      if (done) setKept(true);
    });
  return (
    <Dialog
      open
      sticky
      title={title}
      onClose={onClose}
      footer={
        <Button
          look="primary"
          off={kept ? null : `Copy the ${what} first, or say that you keep it.`}
          onClick={onClose}
        >
          Done
        </Button>
      }
    >
      <p>This {what} is shown once. Keep it where secrets are kept.</p>
      <div className="secret">
        <code data-secret>{secret}</code>
        <Button small icon={copied ? "tick" : "copy"} onClick={copy}>
          <span aria-live="polite">{copied ? "Copied" : "Copy"}</span>
        </Button>
      </div>
      {children}
      <Checkbox checked={kept} onChange={(event) => setKept(event.target.checked)}>
        I have kept it
      </Checkbox>
      {kept ? null : (
        <p className="hint">
          <Icon name="info" size="s" /> Closing without it means making another.
        </p>
      )}
    </Dialog>
  );
}
