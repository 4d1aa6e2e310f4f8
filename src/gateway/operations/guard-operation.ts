import type {
  EmbeddingRequest,
  ImageGenerationRequest,
  MediaInput,
  ModerationRequest,
  RerankRequest,
  SpeechRequest,
  TranscriptionRequest,
} from '../../domain/operation.ts';
import { MIB } from '../media-loader.ts';
import { type MediaUse, mediaTypeOf, mediaTypeProblem } from '../media-type.ts';
import { MAX_PROMPT_CHARACTERS, type Problem, within } from '../stages/guard-input.ts';

/** Of one image or recording, in bytes. */
export const MAX_MEDIA_BYTES = 25 * MIB;

/** What no provider could make sense of; paths begin at the operation's input. */

const MAX_INPUTS = 2048;
const MAX_DOCUMENTS = 10_000;
const MAX_DIMENSIONS = 65_536;
const MAX_IMAGES = 16;
const MAX_IMAGE_PROMPT = 32_000;
const MAX_SPOKEN = 100_000;
const MAX_INSTRUCTIONS = 10_000;
const MAX_WORD = 200;

/** The first of them that is one. */
const firstOf = <Item>(
  items: readonly Item[],
  problemOf: (item: Item, index: number) => Problem | undefined,
): Problem | undefined => {
  for (const [index, item] of items.entries()) {
    const problem = problemOf(item, index);
    if (problem !== undefined) return problem;
  }
  return undefined;
};

const length = (path: string, text: string | undefined, atMost: number): Problem | undefined => {
  if (text === undefined) return undefined;
  if (text === '') return { path, problem: 'is empty.' };
  return text.length > atMost
    ? { path, problem: `has ${text.length} characters; at most ${atMost} are taken.` }
    : undefined;
};

const integer = (path: string, value: number | undefined, low: number, high: number): Problem | undefined =>
  value === undefined || Number.isInteger(value)
    ? within(path, value, low, high)
    : { path, problem: `is ${value}; takes a whole number.` };

const format = (
  path: string,
  text: string | undefined,
  pattern: RegExp,
  wanted: string,
): Problem | undefined =>
  text === undefined || pattern.test(text)
    ? undefined
    : { path, problem: `is "${text.slice(0, 50)}"; takes ${wanted}.` };

const language = (path: string, code: string | undefined): Problem | undefined =>
  format(path, code, /^[a-z]{2,3}(-[A-Za-z]{2,4})?$/, 'an ISO 639-1 code, e.g. en');

const texts = (path: string, list: readonly string[], atMost: number): Problem | undefined => {
  if (list.length === 0) return { path, problem: 'needs at least one.' };
  if (list.length > atMost) return { path, problem: `has ${list.length}; at most ${atMost} are taken.` };
  const empty = list.indexOf('');
  if (empty !== -1) return { path: `${path}[${empty}]`, problem: 'is empty.' };
  return characters(path, list);
};

const characters = (path: string, list: readonly string[]): Problem | undefined => {
  const sum = list.reduce((count, text) => count + text.length, 0);
  return sum > MAX_PROMPT_CHARACTERS
    ? { path, problem: `hold ${sum} characters of text; at most ${MAX_PROMPT_CHARACTERS} are taken.` }
    : undefined;
};

const media = (path: string, input: MediaInput | undefined, use: MediaUse): Problem | undefined => {
  if (input === undefined || 'kind' in input) return undefined;
  const { byteLength } = input.bytes;
  if (byteLength === 0) return { path, problem: 'is empty.' };
  if (byteLength > MAX_MEDIA_BYTES)
    return { path, problem: `has ${byteLength} bytes; at most ${MAX_MEDIA_BYTES} are taken.` };
  const problem = mediaTypeProblem(use, mediaTypeOf(input.mediaType.toLowerCase(), input.bytes));
  return problem === undefined ? undefined : { path, problem };
};

export const embeddingProblem = ({ inputs, dimensions }: EmbeddingRequest): Problem | undefined =>
  texts('inputs', inputs, MAX_INPUTS) ?? integer('dimensions', dimensions, 1, MAX_DIMENSIONS);

export const imageProblem = (request: ImageGenerationRequest<MediaInput>): Problem | undefined =>
  length('prompt', request.prompt, MAX_IMAGE_PROMPT) ??
  integer('count', request.count, 1, 10) ??
  format('size', request.size, /^[1-9]\d{0,4}x[1-9]\d{0,4}$/, 'WIDTHxHEIGHT in pixels, e.g. 1024x1024') ??
  format('aspectRatio', request.aspectRatio, /^[1-9]\d{0,2}:[1-9]\d{0,2}$/, 'WIDTH:HEIGHT, e.g. 16:9') ??
  length('quality', request.quality, MAX_WORD) ??
  length('style', request.style, MAX_WORD) ??
  integer('seed', request.seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER) ??
  (request.images.length > MAX_IMAGES
    ? { path: 'images', problem: `has ${request.images.length}; at most ${MAX_IMAGES} are taken.` }
    : undefined) ??
  firstOf(request.images, (image, index) => media(`images[${index}]`, image, 'image')) ??
  media('mask', request.mask, 'image') ??
  (request.mask !== undefined && request.images.length === 0
    ? { path: 'mask', problem: 'says where an image may be changed, but `images` is empty.' }
    : undefined);

export const speechProblem = (request: SpeechRequest): Problem | undefined =>
  length('text', request.text, MAX_SPOKEN) ??
  length('voice', request.voice, MAX_WORD) ??
  within('speed', request.speed, 0.25, 4) ??
  length('instructions', request.instructions, MAX_INSTRUCTIONS) ??
  language('language', request.language);

export const transcriptionProblem = (request: TranscriptionRequest<MediaInput>): Problem | undefined =>
  media('audio', request.audio, 'recording') ??
  language('language', request.language) ??
  length('prompt', request.prompt, MAX_INSTRUCTIONS) ??
  within('temperature', request.temperature, 0, 2);

export const rerankProblem = ({ query, documents, topN }: RerankRequest): Problem | undefined =>
  length('query', query, MAX_PROMPT_CHARACTERS) ??
  texts('documents', documents, MAX_DOCUMENTS) ??
  integer('topN', topN, 1, MAX_DOCUMENTS);

export const moderationProblem = ({ inputs }: ModerationRequest<MediaInput>): Problem | undefined => {
  if (inputs.length === 0) return { path: 'inputs', problem: 'needs at least one.' };
  if (inputs.length > MAX_INPUTS)
    return { path: 'inputs', problem: `has ${inputs.length}; at most ${MAX_INPUTS} are taken.` };
  return (
    firstOf(inputs, (input, index) =>
      input.kind === 'text'
        ? length(`inputs[${index}].text`, input.text, MAX_PROMPT_CHARACTERS)
        : media(`inputs[${index}].image`, input.image, 'image'),
    ) ??
    characters(
      'inputs',
      inputs.flatMap((input) => (input.kind === 'text' ? [input.text] : [])),
    )
  );
};
