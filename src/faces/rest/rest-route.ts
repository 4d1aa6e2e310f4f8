import type { z } from 'zod';
import type { OperationBody } from '../../wire/serve/served-operation.ts';
import type { Exchange } from './exchange.ts';
import type { OperationId } from './manual/examples.ts';

/** One thing that can be asked for at one address. */
export type RestRoute = {
  /** Its name in the reference manual, which has examples of it. */
  readonly operationId: OperationId;
  readonly method: 'GET' | 'POST';
  /** With a slash and a star at its end: whatever follows is part of it, too. */
  readonly path: string;
  /** In whose shape errors are told. EITHER: the client's headers tell. */
  readonly family: 'OPENAI' | 'ANTHROPIC' | 'EITHER';
  /** One sentence for the reference manual. */
  readonly summary: string;
  /** What bodies are held against. */
  readonly body?: { readonly schema: z.ZodType; readonly takes: readonly OperationBody['kind'][] };
  /** `rest`: what stands in place of the star, decoded. May throw RestProblem. */
  readonly handle: (exchange: Exchange, rest: string) => Promise<void> | void;
};

/** The routes at an address, by their methods. */
export type RoutesAt = { readonly routes: readonly RestRoute[]; readonly rest: string };

/** Ids hold slashes, which clients send as they are or encoded. */
const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const STAR = '/*';

/** Finds routes by their addresses. */
export const createRouteTable = (routes: readonly RestRoute[]): ((path: string) => RoutesAt | undefined) => {
  const exact = Map.groupBy(
    routes.filter(({ path }) => !path.endsWith(STAR)),
    ({ path }) => path,
  );
  const open = Map.groupBy(
    routes.filter(({ path }) => path.endsWith(STAR)),
    ({ path }) => path.slice(0, -1),
  );
  return (path) => {
    const found = exact.get(path);
    if (found !== undefined) return { routes: found, rest: '' };
    for (const [prefix, under] of open)
      if (path.startsWith(prefix) && path.length > prefix.length)
        return { routes: under, rest: decoded(path.slice(prefix.length)) };
    return undefined;
  };
};
