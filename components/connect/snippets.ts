/** What to paste, made from the origin the reader is on, their key and their model. Pure, so that it can be tested. */

export const LANGUAGES = ["curl", "python", "typescript"] as const;
export type Language = (typeof LANGUAGES)[number];
export const LANGUAGE_WORDS: Record<Language, string> = {
  curl: "curl",
  python: "Python",
  typescript: "TypeScript",
};

export interface SnippetInput {
  origin: string;
  /** The key itself right after it was made, else a placeholder. */
  key: string | null;
  model: string;
  task: "binary" | "multiclass" | "regression";
}
export interface Snippets {
  predictions: string;
  labels: string;
}

export const KEY_PLACEHOLDER = "YOUR_KEY";

const OUTPUTS = {
  binary: { json: `{ "probability": 0.32 }`, python: `{"probability": 0.32}`, ts: `{ probability: 0.32 }` },
  multiclass: {
    json: `{ "value": "cat", "probabilities": { "cat": 0.7, "dog": 0.3 } }`,
    python: `{"value": "cat", "probabilities": {"cat": 0.7, "dog": 0.3}}`,
    ts: `{ value: "cat", probabilities: { cat: 0.7, dog: 0.3 } }`,
  },
  regression: { json: `{ "value": 12.5 }`, python: `{"value": 12.5}`, ts: `{ value: 12.5 }` },
} as const;
const LABELS = { binary: "1", multiclass: `"cat"`, regression: "14" } as const;

export function snippetsFor(language: Language, input: SnippetInput): Snippets {
  const key = input.key ?? KEY_PLACEHOLDER;
  const full = { ...input, key };
  if (language === "curl") return curl(full);
  return language === "python" ? python(full) : typescript(full);
}

type Full = SnippetInput & { key: string };

function curl({ origin, key, model, task }: Full): Snippets {
  const post = (path: string, body: string) => `curl ${origin}/api/v1/${path} \\
  -H "Authorization: Bearer ${key}" \\
  -H "Content-Type: application/json" \\
  -d '${body}'`;
  return {
    predictions: post(
      "predictions",
      `{
    "model": "${model}", "version": "v1",
    "predictions": [{
      "prediction_id": "p-1",
      "features": { "country": "NO", "amount": 950 },
      "output": ${OUTPUTS[task].json}
    }]
  }`,
    ),
    labels: post(
      "labels",
      `{ "model": "${model}", "labels": [{ "prediction_id": "p-1", "value": ${LABELS[task]} }] }`,
    ),
  };
}

function python({ origin, key, model, task }: Full): Snippets {
  const head = `import json, urllib.request

def send(path, body):
    request = urllib.request.Request(
        "${origin}/api/v1/" + path,
        data=json.dumps(body).encode(),
        headers={"Authorization": "Bearer ${key}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)
`;
  return {
    predictions: `${head}
send("predictions", {
    "model": "${model}", "version": "v1",
    "predictions": [{
        "prediction_id": "p-1",
        "features": {"country": "NO", "amount": 950},
        "output": ${OUTPUTS[task].python},
    }],
})`,
    labels: `send("labels", {
    "model": "${model}",
    "labels": [{"prediction_id": "p-1", "value": ${LABELS[task]}}],
})`,
  };
}

function typescript({ origin, key, model, task }: Full): Snippets {
  return {
    predictions: `async function send(path: string, body: unknown) {
  const answer = await fetch("${origin}/api/v1/" + path, {
    method: "POST",
    headers: { authorization: "Bearer ${key}", "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return answer.json();
}

await send("predictions", {
  model: "${model}",
  version: "v1",
  predictions: [{
    prediction_id: "p-1",
    features: { country: "NO", amount: 950 },
    output: ${OUTPUTS[task].ts},
  }],
});`,
    labels: `await send("labels", {
  model: "${model}",
  labels: [{ prediction_id: "p-1", value: ${LABELS[task]} }],
});`,
  };
}

/** Letters, digits, `-`, `_`, `.`: safe to paste into a shell and an address. */
export function slugOf(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^-+|-+$/g, "");
}
