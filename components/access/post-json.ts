export type PostAnswer =
  | { readonly ok: true }
  | { readonly ok: false; readonly status: number; readonly message: string | null };

/** Sign-in and set-up are plain JSON posts; the session comes back as a cookie that scripts cannot read. */
export async function postJson(url: string, body: Record<string, unknown>): Promise<PostAnswer> {
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", "x-plumbline-csrf": "1" },
      body: JSON.stringify(body),
    });
    if (answer.ok) return { ok: true };
    return { ok: false, status: answer.status, message: await messageOf(answer) };
  } catch {
    return { ok: false, status: 0, message: null };
  }
}

async function messageOf(answer: Response): Promise<string | null> {
  try {
    const body: unknown = await answer.json();
    if (typeof body !== "object" || body === null) return null;
    if ("detail" in body && typeof body.detail === "string") return body.detail;
    return "message" in body && typeof body.message === "string" ? body.message : null;
  } catch {
    return null;
  }
}
