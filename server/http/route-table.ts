import { ServiceError } from "#server/kernel/errors.ts";

export type Method = "GET" | "POST" | "PATCH" | "DELETE";
export type PathParameters = Readonly<Record<string, string>>;

export interface Route {
  readonly method: Method;
  /** `/api/v1/models/{model}` */
  readonly path: string;
}

interface Node<Found> {
  readonly texts: Map<string, Node<Found>>;
  parameter: { readonly name: string; readonly node: Node<Found> } | null;
  /** Null: known here, served elsewhere. */
  readonly methods: Map<string, Found | null>;
}

const newNode = <Found>(): Node<Found> => ({ texts: new Map(), parameter: null, methods: new Map() });

/**
 * Finds the route of a path. Unknown paths are 404, known ones with another method 405; what is `elsewhere` never comes
 * here, but a 405 names its method too.
 */
export function createRouteTable<Found extends Route>(
  routes: readonly Found[],
  elsewhere: readonly Route[] = [],
) {
  const root = newNode<Found>();
  for (const route of elsewhere) nodeOf(root, route.path).methods.set(route.method, null);
  for (const route of routes) nodeOf(root, route.path).methods.set(route.method, route);
  return (method: string, path: string): { route: Found; parameters: PathParameters } => {
    const parameters: Record<string, string> = Object.create(null);
    let node: Node<Found> = root;
    for (const part of path.split("/").slice(1)) {
      const next: Node<Found> | undefined = node.texts.get(part) ?? node.parameter?.node;
      if (next === undefined) throw notFound();
      if (!node.texts.has(part) && node.parameter !== null) parameters[node.parameter.name] = decode(part);
      node = next;
    }
    if (node.methods.size === 0) throw notFound();
    const route = node.methods.get(method === "HEAD" ? "GET" : method);
    if (route === undefined || route === null) throw notAllowed([...node.methods.keys()].sort());
    return { route, parameters };
  };
}

function nodeOf<Found>(root: Node<Found>, path: string): Node<Found> {
  let node = root;
  for (const part of path.split("/").slice(1)) {
    if (part.startsWith("{")) {
      node.parameter ??= { name: part.slice(1, -1), node: newNode() };
      node = node.parameter.node;
    } else {
      const next = node.texts.get(part) ?? newNode<Found>();
      node.texts.set(part, next);
      node = next;
    }
  }
  return node;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new ServiceError("bad_request", "The path is not valid percent-encoded UTF-8.", {
      reason: "bad_path",
    });
  }
}

function notFound(): ServiceError {
  return new ServiceError(
    "not_found",
    "There is nothing at this path; /api/v1/openapi.json lists what there is.",
    {
      reason: "unknown_path",
    },
  );
}

function notAllowed(allowed: readonly string[]): ServiceError {
  return new ServiceError("method_not_allowed", `This path takes ${allowed.join(", ")}.`, {
    facts: { allow: allowed.join(", ") },
  });
}
