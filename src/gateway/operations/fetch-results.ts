import { type Failure, failureOf } from '../../domain/failure.ts';
import type { ProviderId } from '../../domain/ids.ts';
import type { OperationKind, OperationResults, ProviderResults } from '../../domain/operation.ts';
import { createMediaLoader, type MediaLoaderDependencies, MediaRefused, MIB } from '../media-loader.ts';
import { descriptorOf } from './kinds.ts';

/** Of all that a provider made with one call, in bytes. */
const MAX_RESULT_BYTES = 64 * MIB;

/**
 * The result with everything in it here: a provider that gives an address is asked for what lies there, under the
 * same rules as an address of a stranger. What cannot be had is a failure, although the provider has done its work.
 */
export const fetchResults = async <Kind extends OperationKind>(
  operation: Kind,
  result: ProviderResults[Kind],
  from: ProviderId,
  dependencies: MediaLoaderDependencies,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<
  | { readonly kind: 'HERE'; readonly result: OperationResults[Kind] }
  | { readonly kind: 'FAILED'; readonly failure: Failure }
> => {
  const loader = createMediaLoader(
    dependencies,
    { each: MAX_RESULT_BYTES, total: MAX_RESULT_BYTES, timeoutMs, from },
    signal,
  );
  try {
    return { kind: 'HERE', result: await descriptorOf(operation).fetched(result, loader) };
  } catch (error) {
    if (!(error instanceof MediaRefused)) throw error;
    const { path, problem } = error.media;
    return {
      kind: 'FAILED',
      failure: failureOf(
        'SERVER_ERROR',
        `The provider did the work and bills it, but the result at the address that it gave cannot be fetched: ${path} ${problem}`,
        { retry: 'FINAL' },
      ),
    };
  } finally {
    loader.stop();
  }
};
