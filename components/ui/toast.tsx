"use client";
import { createContext, type ReactNode, useCallback, useContext, useEffect, useRef, useState } from "react";

export interface Toast {
  text: string;
  undo?: () => void;
}
type Shown = Toast & { id: number };

const STAYS_MS = 10_000;
const ToastContext = createContext<(toast: Toast) => void>(() => undefined);

/** `useToast()({ text: "3 acknowledged", undo })`: at most eight words, gone after ten seconds. */
export const useToast = () => useContext(ToastContext);

export function ToastProvider({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<Shown[]>([]);
  const next = useRef(0);
  const show = useCallback((toast: Toast) => {
    next.current += 1;
    setShown((before) => [...before.slice(-2), { ...toast, id: next.current }]);
  }, []);
  const drop = useCallback((id: number) => setShown((before) => before.filter((one) => one.id !== id)), []);
  return (
    <ToastContext value={show}>
      {children}
      <div className="toasts" role="status" aria-live="polite">
        {shown.map((toast) => (
          <ToastLine key={toast.id} toast={toast} onGone={drop} />
        ))}
      </div>
    </ToastContext>
  );
}

function ToastLine({ toast, onGone }: { toast: Shown; onGone: (id: number) => void }) {
  useEffect(() => {
    const timer = setTimeout(() => onGone(toast.id), STAYS_MS);
    return () => clearTimeout(timer);
  }, [toast.id, onGone]);
  return (
    <div className="toast">
      <span>{toast.text}</span>
      {toast.undo ? (
        <button
          type="button"
          className="link"
          onClick={() => {
            toast.undo?.();
            onGone(toast.id);
          }}
        >
          Undo
        </button>
      ) : null}
    </div>
  );
}
