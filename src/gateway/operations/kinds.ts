import type { CompletionRequest, UserPart } from '../../domain/completion-request.ts';
import type { ProviderId } from '../../domain/ids.ts';
import type { Offering } from '../../domain/model.ts';
import type {
  Media,
  MediaInput,
  OperationInputs,
  OperationKind,
  OperationRequests,
  OperationResults,
  ProviderResults,
} from '../../domain/operation.ts';
import type { Modality } from '../../domain/price.ts';
import { type Usage, usageOf } from '../../domain/usage.ts';
import type { Warning } from '../../domain/warning.ts';
import type { MediaLoader, MediaLoaderDependencies } from '../media-loader.ts';
import { type MediaUse, mediaTypeOf } from '../media-type.ts';
import { unsealedFor } from '../sealed-signature.ts';
import { type Problem, requestProblem } from '../stages/guard-input.ts';
import { type EndsLoading, loadRequest } from '../stages/load-media.ts';
import { ok, type Staged } from '../stages/stage.ts';
import { estimateTokens, HOW_ESTIMATED } from '../token-estimate.ts';
import { unlistedWarnings } from '../unlisted-warning.ts';
import {
  embeddingProblem,
  imageProblem,
  moderationProblem,
  rerankProblem,
  speechProblem,
  transcriptionProblem,
} from './guard-operation.ts';

/** What an input is loaded with. */
export type Loading = {
  readonly loader: MediaLoader;
  readonly dependencies: MediaLoaderDependencies;
  readonly timeoutMs: number;
  readonly lifetime: EndsLoading;
};

/** What was worked out here, without a provider. */
export type Estimate<Kind extends OperationKind> = {
  readonly result: OperationResults[Kind];
  readonly warnings: readonly Warning[];
};

type Prompt = Pick<CompletionRequest, 'messages'>;

/** All that tells one kind of operation from the others. */
export type Descriptor<Kind extends OperationKind> = {
  /** What it is to a person, who reads that a provider cannot do it. */
  readonly ability: string;
  /** Milliseconds that an answer may take where nothing was measured yet; and whatever was measured. */
  readonly waits: { readonly unknownMs: number; readonly leastMs: number };
  /** What no provider could make sense of; the path begins at the operation's input. */
  problem(input: OperationInputs[Kind]): Problem | undefined;
  /** The input as a provider gets it: media that are named are fetched, side by side. */
  load(
    input: OperationInputs[Kind],
    loading: Loading,
  ): Staged<OperationRequests[Kind]> | Promise<Staged<OperationRequests[Kind]>>;
  /** What it says, as the prompt that it would be: by this its size, its language and how hard it is are told. */
  prompt(request: OperationRequests[Kind]): Prompt;
  /** What it holds besides text; absent: what its prompt does. */
  modalities?(request: OperationRequests[Kind]): readonly Modality[];
  /** What it will likely use, in each way in which providers count it. */
  usages(request: OperationRequests[Kind], inputTokens: number): readonly [Usage, ...Usage[]];
  /** How much it uses shows only when it is done: what is said before puts prices into an order, and bills nothing. */
  readonly isGuess?: true;
  /** Requests that differ in nothing else are taken alike by every provider; absent: each is looked at for itself. */
  parameters?(request: OperationRequests[Kind]): object;
  /** As one provider gets it; absent: all get it as it is. */
  prepared?(
    provider: ProviderId,
    request: OperationRequests[Kind],
  ): { readonly request: OperationRequests[Kind]; readonly warnings: readonly Warning[] };
  /** What was made or heard, as it can be counted here, whatever its provider counts; absent: it cannot. */
  counted?(
    request: OperationRequests[Kind],
    result: ProviderResults[Kind],
  ): Partial<Pick<Usage, 'images' | 'seconds' | 'characters'>> | undefined;
  /** The result with everything in it here, under the same rules as an address of a stranger. */
  fetched(
    result: ProviderResults[Kind],
    loader: MediaLoader,
  ): OperationResults[Kind] | Promise<OperationResults[Kind]>;
  /** What can be said of an offering where its provider does not have the operation; absent: nothing can. */
  estimate?(
    request: OperationRequests[Kind],
    offering: Offering,
    by: { readonly keyId: string; readonly signal: AbortSignal },
  ): Promise<Estimate<Kind>>;
};

const asItIs = <Each>(each: Each): Each => each;

const said = (...texts: readonly string[]): Prompt => ({
  messages: [{ role: 'user', parts: texts.map((text): UserPart => ({ type: 'text', text })) }],
});

const tokensAlone = (_request: unknown, input: number): readonly [Usage] => [usageOf({ input })];

const loadOne = async (
  input: MediaInput,
  use: MediaUse,
  path: string,
  { loader }: Loading,
): Promise<Media> =>
  'kind' in input
    ? loader.load(input, use, path)
    : { ...input, mediaType: mediaTypeOf(input.mediaType.toLowerCase(), input.bytes) };

/** Of recordings as they are mostly sent. */
const BYTES_A_SECOND = 16_000;
/** As they are counted of speech, about. */
const HEARD_TOKENS_A_SECOND = 10;
const SPOKEN_TOKENS_A_SECOND = 3;

/** What is counted or compared takes seconds; what is made may take minutes. */
const SOON = { unknownMs: 30_000, leastMs: 5_000 };

const DESCRIPTORS: { readonly [Kind in OperationKind]: Descriptor<Kind> } = {
  EMBEDDING: {
    ability: 'make embeddings',
    waits: SOON,
    problem: embeddingProblem,
    load: ok,
    prompt: ({ inputs }) => said(...inputs),
    usages: tokensAlone,
    parameters: ({ inputs: _inputs, ...rest }) => rest,
    fetched: asItIs,
  },
  IMAGE_GENERATION: {
    ability: 'make images',
    waits: { unknownMs: 120_000, leastMs: 30_000 },
    problem: imageProblem,
    async load({ images, mask, ...rest }, loading) {
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
    prompt: ({ prompt }) => said(prompt),
    modalities: ({ images }) => (images.length > 0 ? ['IMAGE'] : []),
    usages: ({ count = 1 }) => [usageOf({ images: count })],
    counted: (_request, { images }) => ({ images: images.length }),
    async fetched({ images }, loader) {
      return {
        images: await Promise.all(
          images.map(async ({ image, ...rest }, index) => {
            const made: Media =
              'kind' in image ? await loader.load(image, 'image', `images[${index}]`) : image;
            return { ...rest, image: made };
          }),
        ),
      };
    },
  },
  SPEECH: {
    ability: 'speak',
    waits: { unknownMs: 60_000, leastMs: 15_000 },
    problem: speechProblem,
    load: ok,
    prompt: ({ text }) => said(text),
    usages: ({ text }) => [usageOf({ characters: text.length })],
    parameters: ({ text: _text, instructions, ...rest }) => ({
      ...rest,
      isInstructed: instructions !== undefined,
    }),
    counted: ({ text }) => ({ characters: Array.from(text).length }),
    fetched: asItIs,
  },
  TRANSCRIPTION: {
    ability: 'transcribe',
    waits: { unknownMs: 180_000, leastMs: 30_000 },
    problem: transcriptionProblem,
    load: async (input, loading) =>
      ok({ ...input, audio: await loadOne(input.audio, 'recording', 'audio', loading) }),
    prompt: ({ prompt = '' }) => said(prompt),
    modalities: () => ['AUDIO'],
    usages({ audio }) {
      const seconds = Math.ceil(audio.bytes.byteLength / BYTES_A_SECOND);
      const audioInput = seconds * HEARD_TOKENS_A_SECOND;
      return [usageOf({ seconds }), usageOf({ audioInput, output: seconds * SPOKEN_TOKENS_A_SECOND })];
    },
    isGuess: true,
    counted: (_request, { durationSeconds: seconds }) => (seconds === undefined ? undefined : { seconds }),
    fetched: asItIs,
  },
  RERANK: {
    ability: 'rerank documents',
    waits: SOON,
    problem: rerankProblem,
    load: ok,
    prompt: ({ query, documents }) => said(query, ...documents),
    // One call, which the price engine counts.
    usages: (_request, input) => [usageOf({ requests: 1 }), usageOf({ input })],
    parameters: ({ query: _query, documents: _documents, ...rest }) => rest,
    fetched: asItIs,
  },
  MODERATION: {
    ability: 'moderate',
    waits: SOON,
    problem: moderationProblem,
    load: async ({ inputs }, loading) =>
      ok({
        inputs: await Promise.all(
          inputs.map(async (input, index) => {
            if (input.kind === 'text') return input;
            const image = await loadOne(input.image, 'image', `inputs[${index}].image`, loading);
            return { kind: input.kind, image };
          }),
        ),
      }),
    prompt: ({ inputs }) => said(...inputs.flatMap((each) => (each.kind === 'text' ? [each.text] : []))),
    modalities: ({ inputs }) => (inputs.some(({ kind }) => kind === 'image') ? ['IMAGE'] : []),
    usages: tokensAlone,
    fetched: asItIs,
  },
  TOKEN_COUNT: {
    ability: 'count tokens',
    waits: { unknownMs: 15_000, leastMs: 5_000 },
    problem: requestProblem,
    load: (input, { dependencies, timeoutMs, lifetime }) =>
      loadRequest(input, dependencies, timeoutMs, lifetime),
    prompt: ({ messages }) => ({ messages }),
    usages: () => [usageOf({})],
    prepared: unsealedFor,
    fetched: asItIs,
    async estimate(request, offering, { keyId, signal }) {
      const unsealed = unsealedFor(offering.providerId, request);
      const inputTokens = await estimateTokens(unsealed.request, signal, { keyId });
      return {
        result: { inputTokens, method: 'ESTIMATE' },
        warnings: [
          ...unlistedWarnings(offering),
          ...unsealed.warnings,
          { code: 'ESTIMATED', message: HOW_ESTIMATED },
        ],
      };
    },
  },
};

export const descriptorOf = <Kind extends OperationKind>(operation: Kind): Descriptor<Kind> =>
  DESCRIPTORS[operation];
