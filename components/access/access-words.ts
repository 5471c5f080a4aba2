import { z } from "zod";

export const PASSWORD_MIN = 12;

export const SignInValues = z.object({
  email: z.email("Give an e-mail address."),
  password: z.string().min(1, "Give the password."),
});
export type SignInValues = z.infer<typeof SignInValues>;

export const SetupValues = z
  .object({
    token: z.string().trim().min(1, "Give the set-up code that the server printed when it started."),
    name: z.string().trim().min(1, "Give a name.").max(128, "At most 128 letters."),
    email: z.email("Give an e-mail address."),
    password: z
      .string()
      .min(PASSWORD_MIN, `At least ${PASSWORD_MIN} characters; a few words in a row are fine.`)
      .max(128, "At most 128 characters."),
    again: z.string(),
  })
  .refine((values) => values.password === values.again, {
    path: ["again"],
    message: "The two passwords differ.",
  });
export type SetupValues = z.infer<typeof SetupValues>;

/** Only a path of this very site; anything else could send a person, freshly signed in, to a stranger. */
export function safeNext(next: string | null): string {
  if (next === null || !next.startsWith("/") || next.startsWith("//") || next.includes("\\")) return "/";
  return /^\/(sign-in|setup)(\/|\?|$)/.test(next) ? "/" : next;
}

const LOST = "Plumbline did not answer. Check the connection and try again.";
const BUSY = "Too many tries. Wait a minute, then try again.";

/** Says no more than a stranger may know: not whether the address exists. */
export function signInProblem(status: number): string {
  if (status === 0) return LOST;
  if (status === 429) return BUSY;
  if (status >= 500) return "The server could not check the password just now. Try again in a moment.";
  return "This e-mail and password do not belong together.";
}

export function setupProblem(status: number, message: string | null): string {
  if (status === 0) return LOST;
  if (status === 429) return BUSY;
  if (status >= 500) return "The server could not set up the account just now. Try again in a moment.";
  return message ?? "The set-up code is not right or was used already. Restart the server to get a new one.";
}
