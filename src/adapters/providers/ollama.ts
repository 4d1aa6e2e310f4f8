import type { Dispatcher } from 'undici';
import { isJsonObject } from '../../domain/json.ts';

/**
 * Names of the models that an Ollama server has, or undefined where none answers within `limitMs`.
 * `baseUrl` with or without the `/v1` of its OpenAI-compatible API. Never rejects.
 */
export const discoverOllama = async (
  baseUrl: string,
  dispatcher: Dispatcher,
  limitMs = 500,
): Promise<readonly string[] | undefined> => {
  try {
    const { origin, pathname } = new URL(baseUrl);
    const response = await dispatcher.request({
      origin,
      path: `${pathname.replace(/\/(v1\/?)?$/, '')}/api/tags`,
      method: 'GET',
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(limitMs),
    });
    const body = await response.body.json();
    if (response.statusCode !== 200 || !isJsonObject(body) || !Array.isArray(body.models)) return undefined;
    return body.models.flatMap((model: unknown) =>
      isJsonObject(model) && typeof model.name === 'string' ? [model.name] : [],
    );
  } catch {
    return undefined;
  }
};
