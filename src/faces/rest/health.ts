import type { IncomingMessage, ServerResponse } from 'node:http';
import { reads, sendJson } from './exchange.ts';

export type HealthOptions = {
  /** Each rejects while what it names cannot be reached. */
  readonly checks: readonly { readonly name: string; readonly ping: () => Promise<void> }[];
  /** What is known to be wrong without asking, in a sentence; undefined if nothing is. */
  readonly problem: () => string | undefined;
  /** Whether there is a provider that work can be given to. */
  readonly hasProvider: () => boolean;
  /** Whether the server is stopping. */
  readonly stopping: () => boolean;
};

/** An answer later than this is none: who asks whether a server is ready does not wait for it. */
const ANSWER_MS = 5_000;

/** Whether something answers within a time. Never rejects. */
export const pinged = async (
  ping: () => Promise<void>,
  withinMs: number,
): Promise<'UP' | 'AWAY' | 'LATE'> => {
  const late = Promise.withResolvers<'LATE'>();
  const timer = setTimeout(() => late.resolve('LATE'), withinMs);
  const answered = ping().then(
    () => 'UP' as const,
    () => 'AWAY' as const,
  );
  try {
    return await Promise.race([answered, late.promise]);
  } finally {
    clearTimeout(timer);
  }
};

const checkProblem = async ({ name, ping }: HealthOptions['checks'][number]): Promise<string | undefined> => {
  const found = await pinged(ping, ANSWER_MS);
  if (found === 'UP') return undefined;
  return found === 'LATE' ? `${name} does not answer.` : `${name} cannot be reached.`;
};

/**
 * `/health`: 200 as soon as requests are served, until the end: the process lives. `/ready`: 200 while work
 * can be taken, else 503 with the reason. Neither needs a key, and neither tells more than that.
 */
export const createHealth = ({ checks, problem, hasProvider, stopping }: HealthOptions) => {
  let asking: Promise<string | undefined> | undefined;
  /** Once for all who ask meanwhile: anybody may, as often as they like. */
  const askAll = (): Promise<string | undefined> => {
    asking ??= Promise.all(checks.map(checkProblem))
      .then((found) => found.find((each) => each !== undefined))
      .finally(() => {
        asking = undefined;
      });
    return asking;
  };
  const ready = async (response: ServerResponse): Promise<void> => {
    const known = problem();
    if (stopping())
      return sendJson(response, 503, { status: 'stopping', ...(known !== undefined && { reason: known }) });
    const reason = known ?? (hasProvider() ? undefined : 'No provider is on.') ?? (await askAll());
    if (reason === undefined) sendJson(response, 200, { status: 'ready' });
    else sendJson(response, 503, { status: 'not ready', reason });
  };
  return {
    handle(request: IncomingMessage, response: ServerResponse): boolean | Promise<boolean> {
      if (reads(request, '/ready')) return ready(response).then(() => true);
      if (!reads(request, '/health')) return false;
      sendJson(response, 200, { status: stopping() ? 'stopping' : 'ok' });
      return true;
    },
  };
};
