import type { IncomingMessage, ServerResponse } from 'node:http';

export type HealthOptions = {
  /** Rejects while the store or the shared state cannot be reached. */
  readonly check: () => Promise<void>;
  /** Whether there is a provider that work can be given to. */
  readonly hasProvider: () => boolean;
  /** Whether the server is stopping. */
  readonly stopping: () => boolean;
};

/**
 * `/health`: 200 as soon as requests are served, until the end: the process lives. `/ready`: 200 while work
 * can be taken, else 503 with the reason. Neither needs a key, and neither tells more than that.
 */
export const createHealth = ({ check, hasProvider, stopping }: HealthOptions) => {
  const send = (
    response: ServerResponse,
    status: number,
    body: { readonly [name: string]: string },
  ): void => {
    response.writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
    });
    response.end(JSON.stringify(body));
  };
  const ready = async (response: ServerResponse): Promise<void> => {
    if (stopping()) return send(response, 503, { status: 'stopping' });
    const notReady = (reason: string): void => send(response, 503, { status: 'not ready', reason });
    if (!hasProvider()) return notReady('No provider is on.');
    try {
      await check();
      send(response, 200, { status: 'ready' });
    } catch {
      notReady('The store or the shared state cannot be reached.');
    }
  };
  return {
    handle(request: IncomingMessage, response: ServerResponse): boolean | Promise<boolean> {
      const path = (request.url ?? '/').split('?', 1)[0];
      if (request.method !== 'GET' && request.method !== 'HEAD') return false;
      if (path === '/health') {
        send(response, 200, { status: stopping() ? 'stopping' : 'ok' });
        return true;
      }
      return path === '/ready' && ready(response).then(() => true);
    },
  };
};
