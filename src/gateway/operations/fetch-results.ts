import { type Failure, failureOf } from '../../domain/failure.ts';
import type { ProviderId } from '../../domain/ids.ts';
import type { Media, OperationKind, OperationResults, ProviderResults } from '../../domain/operation.ts';
import {
  createMediaLoader,
  type MediaLoader,
  type MediaLoaderDependencies,
  MediaRefused,
  MIB,
} from '../media-loader.ts';

/** Of all that a provider made with one call, in bytes. */
const MAX_RESULT_BYTES = 64 * MIB;

const asItIs = async <Result>(result: Result): Promise<Result> => result;

const RESULTS: {
  readonly [Kind in OperationKind]: (
    result: ProviderResults[Kind],
    loader: MediaLoader,
  ) => Promise<OperationResults[Kind]>;
} = {
  EMBEDDING: asItIs,
  SPEECH: asItIs,
  TRANSCRIPTION: asItIs,
  RERANK: asItIs,
  MODERATION: asItIs,
  TOKEN_COUNT: asItIs,
  async IMAGE_GENERATION({ images }, loader) {
    return {
      images: await Promise.all(
        images.map(async ({ image, ...rest }, index) => {
          const made: Media = 'kind' in image ? await loader.load(image, 'image', `images[${index}]`) : image;
          return { ...rest, image: made };
        }),
      ),
    };
  },
};

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
    return { kind: 'HERE', result: await RESULTS[operation](result, loader) };
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
