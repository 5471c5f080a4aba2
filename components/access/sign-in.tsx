"use client";
import { zodResolver } from "@hookform/resolvers/zod";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { AccessCard } from "#components/access/access-card.tsx";
import { SignInValues, safeNext, signInProblem } from "#components/access/access-words.ts";
import { postJson } from "#components/access/post-json.ts";
import { Button } from "#components/ui/button.tsx";
import { Field, Input } from "#components/ui/fields.tsx";
import { Icon } from "#components/ui/icon.tsx";

export function SignIn({ next, error }: { next: string | null; error: string | null }) {
  const [problem, setProblem] = useState<string | null>(error === "link" ? USED_LINK : null);
  const { register, handleSubmit, formState, setFocus, resetField } = useForm<SignInValues>({
    resolver: zodResolver(SignInValues),
    defaultValues: { email: "", password: "" },
  });
  const submit = async (values: SignInValues) => {
    setProblem(null);
    const answer = await postJson("/api/auth/sign-in/email", values);
    // A whole page load: nothing of the time before sign-in may stay in memory.
    if (answer.ok) return window.location.assign(safeNext(next));
    setProblem(signInProblem(answer.status));
    if (answer.status !== 401) return;
    resetField("password");
    setFocus("password");
  };
  return (
    <AccessCard title="Sign in" lead="To see the health of your models.">
      <form onSubmit={(event) => void handleSubmit(submit)(event)} noValidate>
        <ProblemLine text={problem} />
        <Field label="E-mail" error={formState.errors.email?.message}>
          {(control) => (
            <Input {...control} {...register("email")} type="email" autoComplete="username" autoFocus />
          )}
        </Field>
        <Field label="Password" error={formState.errors.password?.message}>
          {(control) => (
            <Input {...control} {...register("password")} type="password" autoComplete="current-password" />
          )}
        </Field>
        <Button type="submit" look="primary" aria-busy={formState.isSubmitting}>
          {formState.isSubmitting ? "Signing in…" : "Sign in"}
        </Button>
      </form>
    </AccessCard>
  );
}

const USED_LINK =
  "This sign-in link was used already or is too old. Sign in with your password, or get a new link.";

export function ProblemLine({ text }: { text: string | null }) {
  return (
    <div role="alert">
      {text ? (
        <p className="access-problem">
          <Icon name="fail" />
          <span>{text}</span>
        </p>
      ) : null}
    </div>
  );
}
