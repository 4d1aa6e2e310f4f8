import type { Media } from '../../src/domain/operation.ts';
import type { FetchLimits, MediaFetcher } from '../../src/ports/media.ts';

/** An internet that holds what the test puts there. */
export type ScriptedMedia = MediaFetcher & {
  readonly fetched: readonly { readonly url: string; readonly limits: FetchLimits }[];
  /** Media, or why there are none. */
  put(url: string, content: Media | string): void;
  /** This address never answers; the promise resolves when the fetch has been ended from outside. */
  hang(url: string): Promise<void>;
};

export const createScriptedMedia = (): ScriptedMedia => {
  const fetched: { readonly url: string; readonly limits: FetchLimits }[] = [];
  const contents = new Map<string, Media | string>();
  const hanging = new Map<string, () => void>();
  return {
    fetched,
    put: (url, content) => void contents.set(url, content),
    hang: (url) => new Promise((resolve) => hanging.set(url, resolve)),
    async fetch(url, limits, signal) {
      fetched.push({ url, limits });
      const ended = hanging.get(url);
      if (ended !== undefined) {
        await new Promise((resolve) => {
          if (signal.aborted) resolve(undefined);
          signal.addEventListener('abort', resolve);
        });
        ended();
        return { kind: 'REFUSED', problem: 'was not fetched: the request was ended.' };
      }
      const content = contents.get(url);
      return content === undefined || typeof content === 'string'
        ? { kind: 'REFUSED', problem: content ?? 'nobody is there.' }
        : { kind: 'FETCHED', media: content };
    },
  };
};
