import type { Dispatcher } from 'undici';
import type { Secret } from '../../domain/secret.ts';
import type { LocalServer } from './known-provider.ts';

/** How long a server on this machine may take to say that it is there. */
const DISCOVERY_LIMIT_MS = 500;

/**
 * Names of the models that a local server has, or undefined where none of its kind answers within `limitMs`:
 * other programs use the same ports. `baseUrl` with or without the `/v1` of its API. Never rejects.
 */
export const discoverLocalModels = async (
  server: LocalServer,
  baseUrl: string,
  dispatcher: Dispatcher,
  options: { readonly apiKey?: Secret; readonly limitMs?: number } = {},
): Promise<readonly string[] | undefined> => {
  try {
    const { origin, pathname } = new URL(baseUrl);
    const response = await dispatcher.request({
      origin,
      path: `${pathname.replace(/\/(v1\/?)?$/, '')}${server.path}`,
      method: 'GET',
      headers: {
        accept: 'application/json',
        ...(options.apiKey && { authorization: `Bearer ${options.apiKey.reveal()}` }),
      },
      signal: AbortSignal.timeout(options.limitMs ?? DISCOVERY_LIMIT_MS),
    });
    const body = await response.body.json();
    return response.statusCode === 200 ? server.modelsIn(body) : undefined;
  } catch {
    return undefined;
  }
};
