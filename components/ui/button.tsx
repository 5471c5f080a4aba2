import Link from "next/link";
import type { ComponentProps, ReactNode } from "react";
import { Icon, type IconName } from "#components/ui/icon.tsx";

export type ButtonLook = "default" | "primary" | "quiet" | "danger";

const classOf = (look: ButtonLook, small: boolean) =>
  `btn${look === "default" ? "" : ` btn-${look}`}${small ? " btn-small" : ""}`;

export interface ButtonProps extends Omit<ComponentProps<"button">, "disabled"> {
  look?: ButtonLook;
  small?: boolean;
  icon?: IconName;
  /** Why it cannot be pressed now. The button stays reachable and says so. */
  off?: string | false | null;
  children: ReactNode;
}

/** A button that cannot work stays visible, off, with its reason; `off` is shown as its title and description. */
export function Button({
  look = "default",
  small = false,
  icon,
  off,
  children,
  onClick,
  type = "button",
  ...rest
}: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      className={classOf(look, small)}
      aria-disabled={off ? true : undefined}
      title={off || rest.title}
      onClick={off ? (event) => event.preventDefault() : onClick}
    >
      {icon ? <Icon name={icon} size="s" /> : null}
      {children}
    </button>
  );
}

export interface LinkButtonProps extends ComponentProps<typeof Link> {
  look?: ButtonLook;
  small?: boolean;
  icon?: IconName;
}
export function LinkButton({ look = "default", small = false, icon, children, ...rest }: LinkButtonProps) {
  return (
    <Link {...rest} className={classOf(look, small)}>
      {icon ? <Icon name={icon} size="s" /> : null}
      {children}
    </Link>
  );
}

export interface IconButtonProps extends Omit<ComponentProps<"button">, "children"> {
  icon: IconName;
  label: string;
  off?: boolean;
}
/** A small square button with a name for those who cannot see the shape. */
export function IconButton({ icon, label, off, onClick, className, ...rest }: IconButtonProps) {
  return (
    <button
      {...rest}
      type="button"
      className={className ?? "ctl icon"}
      aria-label={label}
      title={label}
      aria-disabled={off ? true : undefined}
      onClick={off ? undefined : onClick}
    >
      <Icon name={icon} />
    </button>
  );
}
