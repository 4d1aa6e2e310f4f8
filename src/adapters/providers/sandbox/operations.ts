import type { Unsupported } from '../../../domain/completion-request.ts';
import { type Failure, failureOf } from '../../../domain/failure.ts';
import type {
  ImageGenerationRequest,
  OperationKind,
  OperationRequests,
  ProviderResults,
  TranscriptionRequest,
  TranscriptionResult,
} from '../../../domain/operation.ts';
import { type Usage, usageOf } from '../../../domain/usage.ts';
import type { OperationAdapter, OperationAdapters } from '../../../ports/provider.ts';
import { wavOf } from '../../../wire/operations/wav.ts';
import { CANCELLED } from '../halt.ts';
import { inputWordsOf } from './answer.ts';
import { vectorOf } from './embedding.ts';
import { categoriesOf, relevanceOf } from './judgement.ts';
import { pngOf } from './picture.ts';
import { SAMPLE_RATE, samplesOf, secondsOfWav } from './tone.ts';
import { hashOf, termsOf } from './words.ts';

/** Of all texts of one request. */
const MOST_CHARACTERS = 1_000_000;
const DEFAULT_DIMENSIONS = 256;
const MOST_DIMENSIONS = 4_096;
const MOST_INPUTS = 2_048;
/** In all vectors of one request. */
const MOST_NUMBERS = 1_000_000;
const DEFAULT_SIDE = 256;
const MOST_SIDE = 1_024;
const MOST_IMAGES = 4;
const MOST_AUDIO_SPEED = 4;

type Answer<Kind extends OperationKind> =
  | { readonly result: ProviderResults[Kind]; readonly usage: Usage }
  /** What is wrong with the request. */
  | string;

type Ability<Kind extends OperationKind> = {
  readonly unsupported?: (request: OperationRequests[Kind]) => readonly Unsupported<string>[];
  readonly answer: (request: OperationRequests[Kind]) => Answer<Kind>;
};

const failed = (failure: Failure) => ({ kind: 'FAILED', failure, warnings: [] }) as const;

const adapterOf = <Kind extends OperationKind>(
  models: readonly string[],
  { unsupported, answer }: Ability<Kind>,
): OperationAdapter<Kind> => ({
  unsupported: (_model, request) => unsupported?.(request) ?? [],
  async perform({ providerModelId, request }, signal) {
    if (signal.aborted) return failed(CANCELLED);
    if (!models.includes(providerModelId)) {
      const message = `The sandbox has no model "${providerModelId}", only ${models.join(' and ')}.`;
      return failed(failureOf('MODEL_NOT_FOUND', message));
    }
    const answered = answer(request);
    return typeof answered === 'string'
      ? failed(failureOf('INVALID_REQUEST', `The sandbox ${answered}.`))
      : { kind: 'DONE', warnings: [], providerModel: providerModelId, ...answered };
  },
});

/** What is wrong with texts that are too long to be read at once. */
const tooLong = (texts: readonly string[]): string | undefined =>
  texts.reduce((sum, text) => sum + text.length, 0) > MOST_CHARACTERS
    ? `reads at most ${MOST_CHARACTERS} characters`
    : undefined;

const wordCount = (texts: readonly string[]): number =>
  texts.reduce((sum, text) => sum + termsOf(text).length, 0);

/** Width and height, or what is wrong with what was asked for. */
const sidesOf = ({ size, aspectRatio }: ImageGenerationRequest): readonly [number, number] | string => {
  const [, width, height] = /^(\d{1,5})x(\d{1,5})$/.exec(size ?? `${DEFAULT_SIDE}x${DEFAULT_SIDE}`) ?? [];
  const [, across, down] = /^(\d{1,3}):(\d{1,3})$/.exec(aspectRatio ?? '1:1') ?? [];
  if (width === undefined || height === undefined) return `takes sizes such as 256x256, not "${size}"`;
  if (across === undefined || down === undefined) return `takes ratios such as 16:9, not "${aspectRatio}"`;
  const [ratio, other] = [Number(across), Number(down)];
  const isBySize = size !== undefined || aspectRatio === undefined;
  const longer = Math.max(ratio, other, 1);
  const sides: readonly [number, number] = isBySize
    ? [Number(width), Number(height)]
    : [Math.round((DEFAULT_SIDE * ratio) / longer), Math.round((DEFAULT_SIDE * other) / longer)];
  return sides.every((side) => side >= 1 && side <= MOST_SIDE)
    ? sides
    : `makes images of 1 to ${MOST_SIDE} pixels a side`;
};

const imagesFor = (request: ImageGenerationRequest): Answer<'IMAGE_GENERATION'> => {
  const problem = tooLong([request.prompt]);
  if (problem !== undefined) return problem;
  const sides = sidesOf(request);
  if (typeof sides === 'string') return sides;
  const count = request.count ?? 1;
  if (count < 1 || count > MOST_IMAGES) return `makes 1 to ${MOST_IMAGES} images`;
  const { prompt, quality, style, seed, images } = request;
  const sizes = images.map(({ bytes }) => bytes.length);
  const wish = hashOf(JSON.stringify([prompt, quality, style, seed, sizes]));
  return {
    result: {
      images: Array.from({ length: count }, (_, index) => {
        const picture = { width: sides[0], height: sides[1], seed: wish + index };
        const bytes = pngOf({ ...picture, isTransparent: request.background === 'TRANSPARENT' });
        return { image: { mediaType: 'image/png', bytes } };
      }),
    },
    usage: usageOf({ input: wordCount([prompt]), images: count }),
  };
};

const transcriptOf = ({ audio, timestamps }: TranscriptionRequest): TranscriptionResult => {
  const durationSeconds = secondsOfWav(audio.bytes);
  const heard =
    durationSeconds === undefined
      ? `${audio.bytes.length} bytes of ${audio.mediaType}`
      : `${durationSeconds.toFixed(2)} seconds of audio`;
  const text = `The sandbox heard ${heard}.`;
  if (durationSeconds === undefined) return { text, language: 'en', segments: [], words: [] };
  const words = text.split(' ');
  const each = durationSeconds / words.length;
  return {
    text,
    language: 'en',
    durationSeconds,
    segments: timestamps === 'SEGMENT' ? [{ text, start: 0, end: durationSeconds }] : [],
    words:
      timestamps === 'WORD'
        ? words.map((word, index) => ({ text: word, start: index * each, end: (index + 1) * each }))
        : [],
  };
};

/**
 * All operations, at once and without a model behind them; the same request gets the same answer. Vectors go by
 * shared words, images are gradients (PNG), speech is a tone for each word (WAV or PCM), a transcript tells how
 * long the audio is, ranking goes by the query's words, moderation knows a handful of words, and a word is a token.
 */
export const createSandboxOperations = (models: readonly string[]): OperationAdapters => ({
  EMBEDDING: adapterOf<'EMBEDDING'>(models, {
    answer({ inputs, dimensions = DEFAULT_DIMENSIONS }) {
      if (dimensions < 1 || dimensions > MOST_DIMENSIONS) return `makes 1 to ${MOST_DIMENSIONS} dimensions`;
      if (inputs.length > MOST_INPUTS) return `takes up to ${MOST_INPUTS} inputs at once`;
      if (inputs.length * dimensions > MOST_NUMBERS)
        return `makes at most ${MOST_NUMBERS} numbers at once: ask for fewer vectors or shorter ones`;
      const problem = tooLong(inputs);
      if (problem !== undefined) return problem;
      return {
        result: { vectors: inputs.map((text) => vectorOf(text, dimensions)) },
        usage: usageOf({ input: wordCount(inputs) }),
      };
    },
  }),
  IMAGE_GENERATION: adapterOf<'IMAGE_GENERATION'>(models, {
    unsupported: ({ format, mask }) => [
      ...(format !== undefined && format !== 'PNG'
        ? [{ name: 'format', problem: 'the sandbox makes PNG only' }]
        : []),
      ...(mask === undefined ? [] : [{ name: 'mask', problem: 'the sandbox changes whole images' }]),
    ],
    answer: imagesFor,
  }),
  SPEECH: adapterOf<'SPEECH'>(models, {
    unsupported: ({ format }) =>
      format === undefined || format === 'WAV' || format === 'PCM'
        ? []
        : [{ name: 'format', problem: 'the sandbox makes WAV and PCM only' }],
    answer({ text, voice = '', speed = 1, format }) {
      const problem = tooLong([text]);
      if (problem !== undefined) return problem;
      if (speed < 1 / MOST_AUDIO_SPEED || speed > MOST_AUDIO_SPEED)
        return `takes a speed of ${1 / MOST_AUDIO_SPEED} to ${MOST_AUDIO_SPEED}`;
      const samples = samplesOf(termsOf(text), voice, speed);
      const audio =
        format === 'PCM'
          ? { mediaType: 'audio/L16;rate=16000;channels=1', bytes: samples }
          : { mediaType: 'audio/wav', bytes: wavOf(samples, SAMPLE_RATE) };
      return { result: { audio }, usage: usageOf({ characters: text.length }) };
    },
  }),
  TRANSCRIPTION: adapterOf<'TRANSCRIPTION'>(models, {
    answer(request) {
      const result = transcriptOf(request);
      return { result, usage: usageOf({ seconds: result.durationSeconds ?? 0 }) };
    },
  }),
  RERANK: adapterOf<'RERANK'>(models, {
    answer({ query, documents, topN = documents.length }) {
      const problem = tooLong([query, ...documents]);
      if (problem !== undefined) return problem;
      const wanted = new Set(termsOf(query));
      const ranking = documents
        .map((document, index) => ({ index, score: relevanceOf(wanted, document) }))
        .sort((one, other) => other.score - one.score || one.index - other.index)
        .slice(0, topN);
      return { result: { ranking }, usage: usageOf({ requests: 1 }) };
    },
  }),
  MODERATION: adapterOf<'MODERATION'>(models, {
    answer({ inputs }) {
      const texts = inputs.flatMap((input) => (input.kind === 'text' ? [input.text] : []));
      const problem = tooLong(texts);
      if (problem !== undefined) return problem;
      const verdicts = inputs.map((input) => {
        const categories = categoriesOf(input.kind === 'text' ? input.text : '');
        return { flagged: categories.some(({ flagged }) => flagged), categories };
      });
      return { result: { verdicts }, usage: usageOf({ input: wordCount(texts) }) };
    },
  }),
  TOKEN_COUNT: adapterOf<'TOKEN_COUNT'>(models, {
    answer: (request) => ({
      result: { inputTokens: inputWordsOf(request), method: 'PROVIDER' },
      usage: usageOf({}),
    }),
  }),
});
