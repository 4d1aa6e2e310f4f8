import { isJsonObject, type JsonObject } from '../../src/domain/json.ts';
import { createAnthropicCodec } from '../../src/wire/anthropic/codec.ts';
import type { UpstreamCodec } from '../../src/wire/codec.ts';
import { createGeminiCodec } from '../../src/wire/gemini/codec.ts';
import { createOpenAiCodec } from '../../src/wire/openai/codec.ts';
import { createOpenAiResponsesCodec } from '../../src/wire/openai-responses/codec.ts';
import {
  anthropicText,
  anthropicTextStream,
  anthropicTool,
  anthropicToolStream,
} from '../fixtures/upstream/anthropic.ts';
import { geminiText, geminiTextStream, geminiTool, geminiToolStream } from '../fixtures/upstream/gemini.ts';
import { openAiText, openAiTextStream, openAiTool, openAiToolStream } from '../fixtures/upstream/openai.ts';
import {
  responsesText,
  responsesTextStream,
  responsesTool,
  responsesToolStream,
} from '../fixtures/upstream/openai-responses.ts';
import { ANTHROPIC_TURN, CHAT_TURN, GEMINI_TURN, RESPONSES_TURN } from '../fixtures/upstream/turns.ts';
import type { Script } from '../support/upstream.ts';
import type { Dialect } from '../wire/recordings.ts';
import { readRecordings } from '../wire/recordings.ts';

const WORDS = ['Grüße', ' 😀', ', world'];

export type Corpus = {
  readonly dialect: Dialect;
  readonly codec: UpstreamCodec;
  /** Whole streams, a frame each. */
  readonly streams: readonly (readonly string[])[];
  readonly answers: readonly JsonObject[];
  /** What a stream cannot end cleanly without, and what a whole answer cannot; more than those may hold it. */
  readonly streamEnd: RegExp;
  readonly answerEnd: RegExp;
};

const framesOf = ({ body }: Script): readonly string[] => {
  if (!Array.isArray(body)) throw new Error('the script is no stream');
  return body.filter((piece): piece is string => typeof piece === 'string');
};

const answerOf = ({ body }: Script): JsonObject => {
  const value: unknown = typeof body === 'string' ? JSON.parse(body) : undefined;
  if (!isJsonObject(value)) throw new Error('the script is no whole answer');
  return value;
};

/** Longer ones hold no kinds of frames that shorter ones lack. */
const MAX_LENGTH = 12_000;

const recordings = readRecordings().recordings.filter(
  ({ status, body, name }) => status === 200 && body.length <= MAX_LENGTH && !/snowflake|vertex/.test(name),
);

/** What there is of recorded traffic beside what is written by hand. */
const withRecorded = (corpus: Corpus): Corpus => {
  const own = recordings.filter(({ dialect }) => dialect === corpus.dialect);
  return {
    ...corpus,
    streams: [
      ...corpus.streams,
      ...own.filter(({ isStream }) => isStream).map(({ body }) => body.split(/(?<=\n\n|\r\n\r\n)/)),
    ],
    answers: [
      ...corpus.answers,
      ...own
        .filter(({ isStream }) => !isStream)
        .flatMap(({ body }) => {
          const value: unknown = JSON.parse(body);
          return isJsonObject(value) ? [value] : [];
        }),
    ],
  };
};

export const CORPORA: readonly Corpus[] = (
  [
    {
      dialect: 'openai',
      codec: createOpenAiCodec({}),
      streams: [openAiTextStream(WORDS), openAiToolStream(), CHAT_TURN].map(framesOf),
      answers: [openAiText(WORDS), openAiTool()].map(answerOf),
      streamEnd: /"finish_reason"\s*:\s*("[^"]|-?\d)/,
      answerEnd: /"finish_reason"\s*:\s*("[^"]|-?\d)/,
    },
    {
      dialect: 'openai-responses',
      codec: createOpenAiResponsesCodec(),
      streams: [responsesTextStream(WORDS), responsesToolStream(), RESPONSES_TURN].map(framesOf),
      answers: [responsesText(WORDS), responsesTool()].map(answerOf),
      streamEnd: /response\.(completed|incomplete)/,
      answerEnd: /"status"\s*:\s*"(?!in_progress|queued|failed|cancelled)[^"]|"reason"\s*:\s*"[^"]/,
    },
    {
      dialect: 'anthropic',
      codec: createAnthropicCodec(),
      streams: [anthropicTextStream(WORDS), anthropicToolStream(), ANTHROPIC_TURN].map(framesOf),
      answers: [anthropicText(WORDS), anthropicTool()].map(answerOf),
      streamEnd: /"stop_reason"\s*:\s*"[^"]/,
      answerEnd: /"stop_reason"\s*:\s*"[^"]/,
    },
    {
      dialect: 'gemini',
      codec: createGeminiCodec(),
      streams: [geminiTextStream(WORDS), geminiToolStream(), GEMINI_TURN].map(framesOf),
      answers: [geminiText(WORDS), geminiTool()].map(answerOf),
      streamEnd: /"finishReason"\s*:\s*"[^"]/,
      answerEnd: /"finishReason"\s*:\s*"[^"]/,
    },
  ] satisfies readonly Corpus[]
).map(withRecorded);
