import type { ClientRequest } from '../../domain/client-request.ts';
import type { CompletionRequest, MediaPart, RemoteSource } from '../../domain/completion-request.ts';
import type { Failure } from '../../domain/failure.ts';
import {
  createMediaLoader,
  FETCH_TIMEOUT_MS,
  type MediaLoader,
  type MediaLoaderDependencies,
  MediaRefused,
  MIB,
} from '../media-loader.ts';
import { atAddress, eachMedia, type GivenRequest, type GivenSource, mapMedia } from './media-parts.ts';
import { ok, refused, type Staged } from './stage.ts';

/** Whether nothing has to be fetched. */
export const isWhole = (request: GivenRequest, client?: ClientRequest): request is CompletionRequest =>
  client?.plain !== undefined ||
  !request.messages.some(
    (message) =>
      message.role === 'user' &&
      message.parts.some((part) => part.type !== 'text' && part.source.kind === 'remote'),
  );

/** The request with the address of each piece that was still to be fetched. */
export const withAddresses = (request: GivenRequest): CompletionRequest => mapMedia(request, atAddress);

const loadPart = async (
  part: MediaPart<RemoteSource>,
  path: string,
  loader: MediaLoader,
): Promise<MediaPart> => {
  const { mediaType, bytes, name } = await loader.load(part.source, part.type, `${path}.${part.type}.source`);
  const base64 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
  const loaded: MediaPart = { ...part, source: { kind: 'data', mediaType, base64 } };
  return loaded.type === 'file' && loaded.name === undefined && name !== undefined
    ? { ...loaded, name }
    : loaded;
};

/** Of the run that wants them. */
export type EndsLoading = {
  readonly signal: AbortSignal;
  /** Why it was ended; undefined as long as it was not. */
  readonly why: Failure | undefined;
};

const BUDGET = { each: 20 * MIB, total: 64 * MIB };

/**
 * Whole requests are passed on at once; for others it takes until all that they name is fetched, side by side. The path in a
 * refusal begins at the request.
 */
export const loadRequest = (
  request: GivenRequest,
  dependencies: MediaLoaderDependencies,
  timeoutMs: number,
  lifetime: EndsLoading,
  client?: ClientRequest,
): Staged<CompletionRequest> | Promise<Staged<CompletionRequest>> =>
  isWhole(request, client) ? ok(request) : fetchAll(request, dependencies, timeoutMs, lifetime);

const fetchAll = async (
  request: GivenRequest,
  dependencies: MediaLoaderDependencies,
  timeoutMs: number,
  lifetime: EndsLoading,
): Promise<Staged<CompletionRequest>> => {
  const budget = { ...BUDGET, timeoutMs: Math.min(FETCH_TIMEOUT_MS, timeoutMs) };
  const loader = createMediaLoader(dependencies, budget, lifetime.signal);
  const loaded = new Map<MediaPart<GivenSource>, MediaPart>();
  const loads: Promise<unknown>[] = [];
  eachMedia(request, (part, path) => {
    const { source } = part;
    if (source.kind === 'remote')
      loads.push(loadPart({ ...part, source }, path, loader).then((whole) => loaded.set(part, whole)));
  });
  try {
    await Promise.all(loads);
    return ok(mapMedia(request, (part) => loaded.get(part) ?? atAddress(part)));
  } catch (error) {
    return refusalOf(error, lifetime);
  } finally {
    loader.stop();
  }
};

/** What fetching ended in, for a caller. Throws what is a defect of ours. */
export const refusalOf = (error: unknown, { signal, why }: EndsLoading): Staged<never> => {
  if (!(error instanceof MediaRefused)) throw error;
  const { path, problem } = error.media;
  if (!signal.aborted) return refused({ code: 'INVALID_INPUT', path: `input.${path}`, problem });
  if (why?.code === 'TIMEOUT')
    return refused({
      code: 'INVALID_INPUT',
      path: `input.${path}`,
      problem: 'could not be fetched within the time limit of the request.',
    });
  const { retryAfterMs } = why ?? {};
  return refused({
    code: 'UNAVAILABLE',
    problem: 'The request was ended before it began.',
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
};
