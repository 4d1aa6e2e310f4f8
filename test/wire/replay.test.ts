import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { quirksAt } from '../../src/adapters/providers/quirks-by-host.ts';
import { inputTokensOf, outputTokensOf } from '../../src/domain/usage.ts';
import { createAnthropicCodec } from '../../src/wire/anthropic/codec.ts';
import type { UpstreamCodec } from '../../src/wire/codec.ts';
import { createGeminiCodec } from '../../src/wire/gemini/codec.ts';
import { createOpenAiCodec } from '../../src/wire/openai/codec.ts';
import { createOpenAiResponsesCodec } from '../../src/wire/openai-responses/codec.ts';
import { hasRecordings, recordedText, titleWithRecordings } from '../support/recordings.ts';
import { decodeStream, fold } from './fold.ts';
import { readNaively } from './naive-reader.ts';
import { type Dialect, type Recording, readRecordings } from './recordings.ts';

const CODECS: { readonly [D in Dialect]: UpstreamCodec } = {
  openai: createOpenAiCodec({}),
  'openai-responses': createOpenAiResponsesCodec(),
  anthropic: createAnthropicCodec(),
  gemini: createGeminiCodec(),
};

const VERTEX = createGeminiCodec('vertex');
const SNOWFLAKE = createOpenAiCodec(quirksAt('https://account.snowflakecomputing.com', undefined));
const codecOf = ({ dialect, name }: Recording): UpstreamCodec => {
  if (name.startsWith('wire-samples/vertex/')) return VERTEX;
  return name.startsWith('wire-samples/snowflake/') ? SNOWFLAKE : CODECS[dialect];
};

/** What the recorded errors are, by status and by a look at each. */
const ERRORS: { readonly [name: string]: { readonly code: string; readonly retryAfterMs?: number } } = {
  'vercel-ai/google/google-429-retry-info.json': { code: 'RATE_LIMITED', retryAfterMs: 34_400 },
  'vercel-ai/openai/chat__reasoning-model-legacy-parameter-error.json': { code: 'INVALID_REQUEST' },
  'vercel-ai/openai/responses__openai-error.1.json': { code: 'QUOTA_EXHAUSTED' },
  'vercel-ai/openai/responses__reasoning-model-temperature-error.json': { code: 'INVALID_REQUEST' },
  'wire-samples/deepseek/deepseek-responses-3523810e.json': { code: 'INVALID_REQUEST' },
  'wire-samples/openai/openai-responses-8bcfcf9f.json': { code: 'MODEL_NOT_FOUND' },
  'wire-samples/anthropic/anthropic-messages-c59a1013.json': { code: 'MODEL_NOT_FOUND' },
  'wire-samples/google/google-generateContent-f7a095e3.json': { code: 'MODEL_NOT_FOUND' },
  'wire-samples/groq/groq-chat-94863d36.json': { code: 'MODEL_NOT_FOUND' },
  'wire-samples/openai/openai-chat-cddb644e.json': { code: 'INVALID_REQUEST' },
  'wire-samples/openrouter/openrouter-chat-127c1fcf.json': { code: 'RATE_LIMITED' },
  'wire-samples/vertex/vertex-generateContent-ceec7d77.json': { code: 'INVALID_REQUEST' },
};

const UNIFIED: { readonly [raw: string]: string } = {
  // Snowflake gives none.
  '': 'STOP',
  stop: 'STOP',
  end_turn: 'STOP',
  stop_sequence: 'STOP',
  STOP: 'STOP',
  length: 'LENGTH',
  max_tokens: 'LENGTH',
  tool_calls: 'TOOL_CALLS',
  tool_use: 'TOOL_CALLS',
  refusal: 'REFUSAL',
  completed: 'STOP',
  // One that is written by hand.
  complete: 'STOP',
};

/** Events with ids in place of those that are made up anew each time. */
const numbered = (events: readonly object[]): unknown => {
  const ids: string[] = [];
  const text = JSON.stringify(events).replaceAll(/call_mg[0-9a-f]{32}/g, (id) => {
    if (!ids.includes(id)) ids.push(id);
    return `made_up_${ids.indexOf(id)}`;
  });
  return JSON.parse(text);
};

/** Bytes a piece: inside characters, inside line ends, inside frames, and many frames at once. */
const SPLITS = [1, 2, 7, 61, 65_536];
/** Longer streams hold no kinds of frames that shorter ones lack: they are not taken byte by byte. */
const LONG = 65_536;

const { recordings, excluded } = readRecordings();
const answers = recordings.filter((recording) => recording.status === 200);
const errors = recordings.filter((recording) => recording.status !== 200);

const check = (recording: Recording): void => {
  const codec = codecOf(recording);
  const expected = readNaively(recording);
  const events = recording.isStream
    ? decodeStream(codec, recording.body)
    : codec.decodeAnswer(recording.body);
  const actual = fold(events);

  expect(actual.text).toBe(expected.text);
  expect(actual.reasoning).toBe(expected.reasoning);
  expect(
    actual.toolCalls.map((call) => ({ name: call.name, arguments: JSON.parse(call.arguments) as unknown })),
  ).toEqual(expected.toolCalls);
  expect(actual.usage && inputTokensOf(actual.usage)).toBe(expected.inputTokens);
  expect(actual.usage && outputTokensOf(actual.usage)).toBe(expected.outputTokens);
  expect(actual.usage?.cacheRead ?? 0).toBe(expected.cacheReadTokens);
  if (expected.reasoningTokens !== undefined) expect(actual.usage?.reasoning).toBe(expected.reasoningTokens);
  if (expected.isWhole && !expected.hasError) {
    const unified = UNIFIED[expected.finishReason ?? ''];
    expect(unified, `finish reason ${expected.finishReason}`).toBeDefined();
    expect(actual.end).toMatchObject({
      type: 'completed',
      // Anthropic says it itself; the others call it a stop where a certain tool was asked for.
      finishReason:
        unified === 'STOP' && recording.dialect !== 'anthropic' && expected.toolCalls.length > 0
          ? 'TOOL_CALLS'
          : unified,
    });
    expect((actual.end as { rawFinishReason?: string }).rawFinishReason).toBe(expected.finishReason);
  } else {
    expect(actual.end).toMatchObject({ type: 'failed' });
    if (!expected.hasError) expect(actual.end).toMatchObject({ failure: { code: 'TRUNCATED' } });
  }
  if (!recording.isStream) return;
  for (const size of SPLITS) {
    if (size < 7 && recording.body.length > LONG) continue;
    const split = decodeStream(codec, recording.body, size);
    // The matcher tells the difference, but takes long to find that there is none.
    if (!isDeepStrictEqual(numbered(split), numbered(events)))
      expect(numbered(split)).toEqual(numbered(events));
  }
};

describe.skipIf(!hasRecordings)(titleWithRecordings('recorded traffic'), () => {
  test('there is plenty of every dialect, and every file that is left out has a reason', () => {
    const count = (dialect: Dialect, isStream: boolean): number =>
      answers.filter((one) => one.dialect === dialect && one.isStream === isStream).length;
    expect(count('openai', true)).toBeGreaterThanOrEqual(20);
    expect(count('openai', false)).toBeGreaterThanOrEqual(20);
    expect(count('openai-responses', true)).toBeGreaterThanOrEqual(50);
    expect(count('openai-responses', false)).toBeGreaterThanOrEqual(45);
    expect(count('anthropic', true)).toBeGreaterThanOrEqual(50);
    expect(count('anthropic', false)).toBeGreaterThanOrEqual(25);
    expect(count('gemini', true)).toBeGreaterThanOrEqual(8);
    expect(count('gemini', false)).toBeGreaterThanOrEqual(6);
    expect([...excluded].filter(([, reason]) => reason === '')).toEqual([]);
  });

  test('no file that is left out looks like one of the dialects', () => {
    const marks =
      /"object": *"chat\.completion|"type": *"message_start"|"candidates": *\[|"object": *"response"/;
    const suspicious = [...excluded]
      .filter(([name, reason]) => !reason.startsWith('written by hand') && marks.test(recordedText(name)))
      .map(([name]) => name);
    expect(suspicious).toEqual([]);
  });

  describe.each(['openai', 'openai-responses', 'anthropic', 'gemini'] as const)('%s', (dialect) => {
    test.each(answers.filter((one) => one.dialect === dialect).map((one) => [one.name, one] as const))(
      '%s',
      (_name, recording) => check(recording),
    );
  });

  test.each(errors.map((one) => [one.name, one] as const))('the error %s', (name, recording) => {
    const failure = codecOf(recording).decodeError(recording.status, recording.headers, recording.body);
    expect(ERRORS[name], 'is known').toBeDefined();
    expect(failure).toMatchObject({ ...ERRORS[name], status: recording.status });
    const said = (JSON.parse(recording.body) as { error: { message: string } }).error.message;
    expect(failure.providerMessage).toContain(said);
  });
});
