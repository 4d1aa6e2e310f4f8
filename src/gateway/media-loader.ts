import type { RemoteSource } from '../domain/completion-request.ts';
import type { Media } from '../domain/operation.ts';
import type { FetchLimits, MediaFetcher } from '../ports/media.ts';
import { type MediaUse, mediaTypeOf, mediaTypeProblem } from './media-type.ts';

/** What a request's media may weigh. */
export type MediaBudget = {
  /** Of one, in bytes. */
  readonly each: number;
  /** Of all that are fetched, in bytes. */
  readonly total: number;
  readonly timeoutMs: number;
};

export const MIB = 1024 * 1024;
/** How long fetching may take; all is fetched at the same time. */
export const FETCH_TIMEOUT_MS = 15_000;

/** Why media cannot be had, and where in the input they are named. */
export type MediaProblem = { readonly path: string; readonly problem: string };

/** Stops all of a request's fetching at once, and is then thrown; never leaves the gateway. */
export class MediaRefused extends Error {
  readonly media: MediaProblem;
  constructor(media: MediaProblem) {
    super('media refused');
    this.media = media;
  }
}

/** Fetches what one request names, within one budget. */
export type MediaLoader = {
  /** Rejects with MediaRefused. */
  load(source: RemoteSource, use: MediaUse, path: string): Promise<Media>;
  /** Ends what is still being fetched. */
  stop(): void;
};

/** `signal` ends everything. */
export const createMediaLoader = (
  fetcher: MediaFetcher,
  budget: MediaBudget,
  signal: AbortSignal,
): MediaLoader => {
  const stopper = new AbortController();
  const either = AbortSignal.any([signal, stopper.signal]);
  const limits: FetchLimits = { maxBytes: budget.each, timeoutMs: budget.timeoutMs };
  let fetchedBytes = 0;
  return {
    async load(source, use, path) {
      const fetched = await fetcher.fetch(source.url, limits, either);
      const refuse = (problem: string): never => {
        stopper.abort();
        throw new MediaRefused({ path, problem });
      };
      if (fetched.kind === 'REFUSED') return refuse(fetched.problem);
      const { bytes } = fetched.media;
      fetchedBytes += bytes.byteLength;
      if (fetchedBytes > budget.total)
        return refuse(
          `is too much: what is fetched for one request may have ${budget.total / MIB} MiB in all.`,
        );
      const mediaType = mediaTypeOf(fetched.media.mediaType, bytes);
      const problem = mediaTypeProblem(use, mediaType);
      return problem === undefined ? { ...fetched.media, mediaType } : refuse(problem);
    },
    stop: () => stopper.abort(),
  };
};
