"use client";
import { zodResolver } from "@hookform/resolvers/zod";
import Link from "next/link";
import { useEffect, useState } from "react";
import { useForm } from "react-hook-form";
import { AccessCard } from "#components/access/access-card.tsx";
import { PASSWORD_MIN, SetupValues, setupProblem } from "#components/access/access-words.ts";
import { postJson } from "#components/access/post-json.ts";
import { ProblemLine } from "#components/access/sign-in.tsx";
import { Button } from "#components/ui/button.tsx";
import { Field, Input } from "#components/ui/fields.tsx";

export function Setup({ token }: { token: string | null }) {
  const [problem, setProblem] = useState<string | null>(null);
  const { register, handleSubmit, formState } = useForm<SetupValues>({
    resolver: zodResolver(SetupValues),
    defaultValues: { token: token ?? "", name: "", email: "", password: "", again: "" },
  });
  const errors = formState.errors;
  const needed = useIsNeeded();
  const submit = async ({ token: code, name, email, password }: SetupValues) => {
    setProblem(null);
    const made = await postJson("/api/setup", { token: code, name, email, password });
    if (!made.ok) return setProblem(setupProblem(made.status, made.message));
    // The answer carries the session; a whole page load starts with it.
    window.location.assign("/models/new");
  };
  if (needed === false)
    return (
      <AccessCard title="Plumbline is set up" lead="There is an owner already.">
        <p>
          <Link className="btn btn-primary" href="/sign-in">
            Sign in
          </Link>
        </p>
      </AccessCard>
    );
  return (
    <AccessCard
      title="Set up Plumbline"
      lead="You will be the owner of this server. The code is in the link that the server printed; it works once."
    >
      <form onSubmit={(event) => void handleSubmit(submit)(event)} noValidate>
        <ProblemLine text={problem} />
        {token ? (
          <input type="hidden" {...register("token")} />
        ) : (
          <Field label="Set-up code" error={errors.token?.message}>
            {(control) => (
              <Input {...control} {...register("token")} type="text" autoComplete="off" className="mono" />
            )}
          </Field>
        )}
        <Field label="Your name" error={errors.name?.message}>
          {(control) => <Input {...control} {...register("name")} type="text" autoComplete="name" />}
        </Field>
        <Field label="E-mail" error={errors.email?.message}>
          {(control) => <Input {...control} {...register("email")} type="email" autoComplete="username" />}
        </Field>
        <Field
          label="Password"
          hint={`At least ${PASSWORD_MIN} characters; a few words in a row are fine.`}
          error={errors.password?.message}
        >
          {(control) => (
            <Input {...control} {...register("password")} type="password" autoComplete="new-password" />
          )}
        </Field>
        <Field label="Password again" error={errors.again?.message}>
          {(control) => (
            <Input {...control} {...register("again")} type="password" autoComplete="new-password" />
          )}
        </Field>
        <Button type="submit" look="primary" aria-busy={formState.isSubmitting}>
          {formState.isSubmitting ? "Setting up…" : "Create the owner"}
        </Button>
      </form>
    </AccessCard>
  );
}

/** Null until the server said; a server that cannot say is taken to need it, and will refuse with its own words. */
function useIsNeeded(): boolean | null {
  const [needed, setNeeded] = useState<boolean | null>(null);
  useEffect(() => {
    const asking = new AbortController();
    fetch("/api/setup", { signal: asking.signal })
      .then((answer) => answer.json())
      .then((body: unknown) =>
        setNeeded(
          typeof body === "object" && body !== null && "needed" in body ? body.needed === true : true,
        ),
      )
      .catch(() => setNeeded((before) => before ?? true));
    return () => asking.abort();
  }, []);
  return needed;
}
