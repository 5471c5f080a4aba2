import { type FieldError, ServiceError, type ServiceErrorCode } from "#server/kernel/errors.ts";

/** What a thread offers, by name. Arguments and results are cloned on their way. */
export type RpcMethods = Readonly<Record<string, (input: never) => unknown>>;

interface Port {
  postMessage(message: unknown): void;
  on(event: "message", listener: (message: unknown) => void): unknown;
}

interface Call {
  readonly rpc: number;
  readonly method: string;
  readonly input: unknown;
}

type Failure =
  | {
      readonly kind: "service";
      readonly code: ServiceErrorCode;
      readonly message: string;
      readonly reason: string;
      readonly errors: readonly FieldError[];
      readonly retryAfterSeconds: number | null;
      readonly facts: ServiceError["facts"];
    }
  | { readonly kind: "bug"; readonly message: string; readonly stack: string };

type Reply = { readonly rpc: number } & ({ readonly result: unknown } | { readonly failure: Failure });

function isCall(message: unknown): message is Call {
  return typeof message === "object" && message !== null && "rpc" in message && "method" in message;
}

function isReply(message: unknown): message is Reply {
  return typeof message === "object" && message !== null && "rpc" in message && !("method" in message);
}

/** Answers calls that come over the port, one after the other unless a method awaits. */
export function serveRpc(port: Port, methods: RpcMethods): void {
  port.on("message", (message) => {
    if (isCall(message)) void answer(port, methods, message);
  });
}

async function answer(port: Port, methods: RpcMethods, call: Call): Promise<void> {
  try {
    const method = Object.hasOwn(methods, call.method) ? methods[call.method] : undefined;
    if (method === undefined) throw new Error(`The thread has no method ${call.method}.`);
    // The client's type ties the input to the method.
    port.postMessage({ rpc: call.rpc, result: await method(call.input as never) });
  } catch (error) {
    port.postMessage({ rpc: call.rpc, failure: toFailure(error) });
  }
}

function toFailure(error: unknown): Failure {
  if (error instanceof ServiceError) {
    const { code, message, reason, errors, retryAfterSeconds, facts } = error;
    return { kind: "service", code, message, reason, errors, retryAfterSeconds, facts };
  }
  if (error instanceof Error) return { kind: "bug", message: error.message, stack: error.stack ?? "" };
  return { kind: "bug", message: String(error), stack: "" };
}

function fromFailure(failure: Failure): Error {
  if (failure.kind === "service") {
    const { code, message, reason, errors, retryAfterSeconds, facts } = failure;
    const retry = retryAfterSeconds === null ? {} : { retryAfterSeconds };
    return new ServiceError(code, message, { reason, errors, facts, ...retry });
  }
  const error = new Error(failure.message);
  error.stack = failure.stack;
  return error;
}

export type RpcCall<Methods> = <Name extends keyof Methods & string>(
  name: Name,
  input: Methods[Name] extends (input: infer Input) => unknown ? Input : never,
) => Promise<Methods[Name] extends (input: never) => infer Result ? Awaited<Result> : never>;

export interface RpcClient<Methods> {
  readonly call: RpcCall<Methods>;
  /** Calls under way. */
  pending(): number;
  /** Fails every call under way and all later ones. */
  fail(error: Error): void;
}

/** The other end of `serveRpc`. A call that takes longer than `timeoutMs` (or its method’s own) fails with a `timeout`. */
export function connectRpc<Methods>(
  port: Port,
  timeoutMs: number,
  timeoutsByMethod: Partial<Record<keyof Methods & string, number>> = {},
): RpcClient<Methods> {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let last = 0;
  let broken: Error | null = null;
  port.on("message", (message) => {
    if (!isReply(message)) return;
    const call = waiting.get(message.rpc);
    waiting.delete(message.rpc);
    if ("failure" in message) call?.reject(fromFailure(message.failure));
    else call?.resolve(message.result);
  });
  const send = (method: keyof Methods & string, input: unknown) =>
    new Promise<unknown>((resolve, reject) => {
      if (broken !== null) return reject(broken);
      last += 1;
      const rpc = last;
      const timer = setTimeout(() => {
        waiting.delete(rpc);
        reject(new ServiceError("timeout", "The answer took too long; ask for a shorter range."));
      }, timeoutsByMethod[method] ?? timeoutMs);
      waiting.set(rpc, {
        resolve: (value) => {
          clearTimeout(timer);
          resolve(value);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      });
      port.postMessage({ rpc, method, input } satisfies Call);
    });
  return {
    // The thread answers with what the method returned, which is what the type says.
    call: send as RpcCall<Methods>,
    pending: () => waiting.size,
    fail: (error) => {
      broken = error;
      for (const call of waiting.values()) call.reject(error);
      waiting.clear();
    },
  };
}
