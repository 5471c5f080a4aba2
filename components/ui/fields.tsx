import { type ComponentProps, type ReactNode, type Ref, useId } from "react";
import { Icon } from "#components/ui/icon.tsx";

export interface FieldProps {
  label: string;
  hint?: ReactNode;
  error?: string | null;
  /** Gets what ties the control to its label, hint and error. */
  children: (control: {
    id: string;
    "aria-describedby": string | undefined;
    "aria-invalid": boolean;
  }) => ReactNode;
}

/** Label above, control, hint, error: every form field of the product. */
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const noteId = `${id}-note`;
  const described = hint || error ? noteId : undefined;
  return (
    <div className="field">
      <label className="k" htmlFor={id}>
        {label}
      </label>
      {children({ id, "aria-describedby": described, "aria-invalid": Boolean(error) })}
      {described ? (
        <div id={noteId}>
          {error ? (
            <p className="field-error" role="alert">
              <Icon name="fail" size="s" />
              {error}
            </p>
          ) : (
            <p className="hint">{hint}</p>
          )}
        </div>
      ) : null}
    </div>
  );
}

export interface InputProps extends ComponentProps<"input"> {
  small?: boolean;
}
export function Input({ small, className, ...rest }: InputProps) {
  return <input {...rest} className={`in${small ? " in-small" : ""}${className ? ` ${className}` : ""}`} />;
}

export function TextArea({ className, ...rest }: ComponentProps<"textarea">) {
  return <textarea {...rest} className={`in${className ? ` ${className}` : ""}`} />;
}

export interface SelectProps extends Omit<ComponentProps<"select">, "children"> {
  options: readonly { value: string; label: string; disabled?: boolean }[];
  small?: boolean;
}
export function Select({ options, small, ...rest }: SelectProps) {
  return (
    <span className="selwrap">
      <select {...rest} className={`in${small ? " in-small" : ""}`}>
        {options.map(({ value, label, disabled }) => (
          <option key={value} value={value} disabled={disabled}>
            {label}
          </option>
        ))}
      </select>
    </span>
  );
}

export interface SearchInputProps extends Omit<ComponentProps<"input">, "type"> {
  label: string;
  /** The key that focuses it, shown at its end. */
  hotkey?: string;
  inputRef?: Ref<HTMLInputElement>;
}
export function SearchInput({ label, hotkey, inputRef, ...rest }: SearchInputProps) {
  return (
    <label className="searchbox">
      <span className="sr">{label}</span>
      <Icon name="search" size="s" />
      <input {...rest} ref={inputRef} type="search" placeholder={rest.placeholder ?? `${label}…`} />
      {hotkey ? <kbd>{hotkey}</kbd> : null}
    </label>
  );
}

export interface SegmentedProps<T extends string> {
  label: string;
  value: T;
  options: readonly { value: T; label: string }[];
  onChange: (value: T) => void;
  small?: boolean;
}
/** A few choices of which one is on: native radios, so arrow keys work. */
export function Segmented<T extends string>({ label, value, options, onChange, small }: SegmentedProps<T>) {
  const name = useId();
  return (
    <div className={small ? "seg small" : "seg"} role="radiogroup" aria-label={label}>
      {options.map((option) => (
        <label key={option.value}>
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          {option.label}
        </label>
      ))}
    </div>
  );
}

export interface CheckboxProps extends Omit<ComponentProps<"input">, "type" | "children"> {
  children: ReactNode;
}
export function Checkbox({ children, ...rest }: CheckboxProps) {
  return (
    <label className="check">
      <input {...rest} type="checkbox" />
      <span>{children}</span>
    </label>
  );
}
