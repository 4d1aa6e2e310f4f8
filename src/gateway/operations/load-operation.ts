import type {
  Media,
  MediaInput,
  OperationInputs,
  OperationKind,
  OperationRequests,
} from '../../domain/operation.ts';
import {
  createMediaLoader,
  FETCH_TIMEOUT_MS,
  type MediaLoader,
  type MediaLoaderDependencies,
  MIB,
} from '../media-loader.ts';
import { type MediaUse, mediaTypeOf } from '../media-type.ts';
import { type EndsLoading, loadRequest, refusalOf } from '../stages/load-media.ts';
import { ok, type Staged } from '../stages/stage.ts';
import { MAX_MEDIA_BYTES } from './guard-operation.ts';

/** What an input is loaded with. */
type Loading = {
  readonly loader: MediaLoader;
  readonly dependencies: MediaLoaderDependencies;
  readonly timeoutMs: number;
  readonly lifetime: EndsLoading;
};

const loadOne = async (
  input: MediaInput,
  use: MediaUse,
  path: string,
  { loader }: Loading,
): Promise<Media> =>
  'kind' in input
    ? loader.load(input, use, path)
    : { ...input, mediaType: mediaTypeOf(input.mediaType.toLowerCase(), input.bytes) };

const asItIs = <Request>(request: Request): Staged<Request> => ok(request);

const LOADERS: {
  readonly [Kind in OperationKind]: (
    input: OperationInputs[Kind],
    loading: Loading,
  ) => Staged<OperationRequests[Kind]> | Promise<Staged<OperationRequests[Kind]>>;
} = {
  EMBEDDING: asItIs,
  SPEECH: asItIs,
  RERANK: asItIs,
  async IMAGE_GENERATION({ images, mask, ...rest }, loading) {
    const [loadedMask, ...loadedImages] = await Promise.all([
      mask === undefined ? undefined : loadOne(mask, 'image', 'mask', loading),
      ...images.map((image, index) => loadOne(image, 'image', `images[${index}]`, loading)),
    ]);
    return ok({
      ...rest,
      images: loadedImages.filter((image) => image !== undefined),
      ...(loadedMask !== undefined && { mask: loadedMask }),
    });
  },
  async TRANSCRIPTION(input, loading) {
    return ok({ ...input, audio: await loadOne(input.audio, 'recording', 'audio', loading) });
  },
  async MODERATION({ inputs }, loading) {
    return ok({
      inputs: await Promise.all(
        inputs.map(async (input, index) =>
          input.kind === 'text'
            ? input
            : {
                kind: input.kind,
                image: await loadOne(input.image, 'image', `inputs[${index}].image`, loading),
              },
        ),
      ),
    });
  },
  TOKEN_COUNT: (input, { dependencies, timeoutMs, lifetime }) =>
    loadRequest(input, dependencies, timeoutMs, lifetime),
};

/** The input as a provider gets it: media that are named are fetched, side by side. */
export const loadOperation = async <Kind extends OperationKind>(
  operation: Kind,
  input: OperationInputs[Kind],
  dependencies: MediaLoaderDependencies,
  timeoutMs: number,
  lifetime: EndsLoading,
): Promise<Staged<OperationRequests[Kind]>> => {
  const budget = {
    each: MAX_MEDIA_BYTES,
    total: 64 * MIB,
    timeoutMs: Math.min(FETCH_TIMEOUT_MS, timeoutMs),
  };
  const loader = createMediaLoader(dependencies, budget, lifetime.signal);
  try {
    return await LOADERS[operation](input, { loader, dependencies, timeoutMs, lifetime });
  } catch (error) {
    return refusalOf(error, lifetime);
  } finally {
    loader.stop();
  }
};
