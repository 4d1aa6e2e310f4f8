import type { RemoteSource } from '../domain/completion-request.ts';
import type { ProviderId } from '../domain/ids.ts';
import type { Media } from '../domain/operation.ts';
import type { Clock } from '../ports/clock.ts';
import type { FetchedMedia, MediaFetcher } from '../ports/media.ts';
import { elapsedMs } from './elapsed.ts';
import { type MediaUse, mediaTypeOf, mediaTypeProblem } from './media-type.ts';

/** What a request's media may weigh. */
export type MediaBudget = {
  /** Of one, in bytes. */
  readonly each: number;
  /** Of all that are fetched, in bytes. */
  readonly total: number;
  readonly timeoutMs: number;
  /** The provider that gave the addresses; absent: the caller did. */
  readonly from?: ProviderId;
};

export const MIB = 1024 * 1024;
/** How long fetching all that a request names may take. */
export const FETCH_TIMEOUT_MS = 15_000;

/** Why media cannot be had, and where in the input they are named. */
export type MediaProblem = { readonly path: string; readonly problem: string };

/** Never leaves the gateway. */
export class MediaRefused extends Error {
  readonly media: MediaProblem;
  constructor(media: MediaProblem) {
    super('media refused');
    this.media = media;
  }
}

/** Fetches what one request names, within one budget. */
export type MediaLoader = {
  /** Rejects with MediaRefused; what else is being fetched goes on until `stop`. */
  load(source: RemoteSource, use: MediaUse, path: string): Promise<Media>;
  /** Ends what is still being fetched. */
  stop(): void;
};

/** What a loader needs of the world. */
export type MediaLoaderDependencies = { readonly fetcher: MediaFetcher; readonly clock: Clock };

/** Of one request. */
const MAX_FETCHES = 64;
/** What is being fetched is not counted yet: this bounds the memory that it takes. */
const AT_ONCE = 8;

/** Lets so many in at the same time; the others wait in order. */
const turnstile = (places: number) => {
  let free = places;
  const waiting: (() => void)[] = [];
  return {
    enter: async (): Promise<void> => {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
    },
    leave: (): void => {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    },
  };
};

/** The time of the budget begins now. `signal` ends everything. */
export const createMediaLoader = (
  { fetcher, clock }: MediaLoaderDependencies,
  budget: MediaBudget,
  signal: AbortSignal,
): MediaLoader => {
  const stopper = new AbortController();
  const either = AbortSignal.any([signal, stopper.signal]);
  const { enter, leave } = turnstile(AT_ONCE);
  const beganAt = clock.monotonicMs();
  let asked = 0;
  let fetchedBytes = 0;

  const refuse = (path: string, problem: string): never => {
    throw new MediaRefused({ path, problem });
  };

  const fetch = async (url: string): Promise<FetchedMedia> => {
    await enter();
    try {
      const timeoutMs = Math.max(1, Math.ceil(budget.timeoutMs - elapsedMs(clock, beganAt)));
      const { each, from } = budget;
      const limits = { maxBytes: each, timeoutMs, ...(from !== undefined && { from }) };
      return await fetcher.fetch(url, limits, either);
    } finally {
      leave();
    }
  };

  return {
    async load(source, use, path) {
      asked += 1;
      if (asked > MAX_FETCHES)
        return refuse(path, `is one too many: at most ${MAX_FETCHES} addresses are fetched for one request.`);
      const fetched = await fetch(source.url);
      if (fetched.kind === 'REFUSED') return refuse(path, fetched.problem);
      const { bytes } = fetched.media;
      fetchedBytes += bytes.byteLength;
      if (fetchedBytes > budget.total)
        return refuse(
          path,
          `is too much: what is fetched for one request may have ${budget.total / MIB} MiB in all.`,
        );
      const mediaType = mediaTypeOf(fetched.media.mediaType, bytes);
      const problem = mediaTypeProblem(use, mediaType);
      return problem === undefined ? { ...fetched.media, mediaType } : refuse(path, problem);
    },
    stop: () => stopper.abort(),
  };
};
