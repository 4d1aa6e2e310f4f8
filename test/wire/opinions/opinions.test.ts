import { describe, expect, test } from 'vitest';
import type { FinishReason } from '../../../src/domain/content-event.ts';
import { inputTokensOf, outputTokensOf } from '../../../src/domain/usage.ts';
import { createAnthropicCodec } from '../../../src/wire/anthropic/codec.ts';
import type { UpstreamCodec } from '../../../src/wire/codec.ts';
import { createGeminiCodec } from '../../../src/wire/gemini/codec.ts';
import { createOpenAiCodec } from '../../../src/wire/openai/codec.ts';
import { createOpenAiResponsesCodec } from '../../../src/wire/openai-responses/codec.ts';
import { hasRecordings, titleWithRecordings } from '../../support/recordings.ts';
import { decodeStream, fold } from '../fold.ts';
import { type Dialect, type Recording, readRecordings } from '../recordings.ts';
import { type Opinion, secondOpinion } from './second-opinion.ts';

const CODECS: { readonly [D in Dialect]: UpstreamCodec } = {
  openai: createOpenAiCodec({}),
  'openai-responses': createOpenAiResponsesCodec(),
  anthropic: createAnthropicCodec(),
  gemini: createGeminiCodec(),
};

/** Our words in the AI SDK's. */
const FINISH: { readonly [Reason in FinishReason]: string } = {
  STOP: 'stop',
  LENGTH: 'length',
  TOOL_CALLS: 'tool-calls',
  CONTENT_FILTER: 'content-filter',
  REFUSAL: 'content-filter',
  PAUSED: 'stop',
  UNKNOWN: 'other',
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

const ownOpinion = (recording: Recording): Opinion => {
  const codec = CODECS[recording.dialect];
  const { text, toolCalls, usage, end } = fold(
    recording.isStream ? decodeStream(codec, recording.body) : codec.decodeAnswer(recording.body),
  );
  return {
    text,
    toolCalls: toolCalls.map(({ name, arguments: args }) => ({ name, arguments: parsed(args) })),
    finishReason: end.type === 'completed' ? FINISH[end.finishReason] : 'error',
    inputTokens: usage && inputTokensOf(usage),
    outputTokens: usage && outputTokensOf(usage),
  };
};

type Field = keyof Opinion;
const FIELDS: readonly Field[] = ['text', 'toolCalls', 'finishReason', 'inputTokens', 'outputTokens'];

/** Where both differ, each difference was looked at. `recordings` says for which it holds; the first that fits counts. */
const DIFFERENCES: readonly {
  readonly recordings: RegExp;
  readonly fields: readonly Field[];
  readonly verdict: string;
}[] = [
  {
    recordings: /anthropic-compaction/,
    fields: ['text'],
    verdict:
      'theirs gives the summary of the conversation so far as text; it is no part of the answer. The tokens that it took were missing in ours, which was a bug and is fixed',
  },
  {
    recordings: /spliced-message-start/,
    fields: ['toolCalls', 'finishReason', 'inputTokens', 'outputTokens'],
    verdict: 'theirs gives up where a second answer is spliced in; ours reads the second and warns',
  },
  {
    recordings: /mistral/,
    fields: ['text', 'toolCalls', 'finishReason', 'inputTokens', 'outputTokens'],
    verdict:
      "theirs is for OpenAI alone and fails on Mistral's content in parts and calls without a type; ours reads both",
  },
  {
    recordings: /xai-(text|tool-call)|google-chat/,
    fields: ['outputTokens'],
    verdict: 'these count reasoning beside the completion, as their total shows; theirs leaves it out',
  },
  {
    recordings: /responses__openai-(apply-patch|client-tool-search|custom|local-shell|shell)/,
    fields: ['toolCalls', 'finishReason'],
    verdict:
      "calls of tools that are OpenAI's own or take free text: ours never offers these, so none can come",
  },
  {
    recordings: /responses__xai-/,
    fields: ['text', 'finishReason', 'inputTokens', 'outputTokens'],
    verdict:
      "theirs is for OpenAI alone and fails on items and fields of xAI's; ours passes over what it does not know",
  },
  {
    recordings: /snowflake-chat/,
    fields: ['finishReason'],
    verdict: 'Snowflake gives no finish reason: there an answer that is whole has stopped',
  },
];

const verdictOf = (name: string, field: Field): string | undefined =>
  DIFFERENCES.find(({ recordings, fields }) => recordings.test(name) && fields.includes(field))?.verdict;

const answers = readRecordings().recordings.filter((recording) => recording.status === 200);

describe.skipIf(!hasRecordings)(titleWithRecordings("the AI SDK's providers on the same recordings"), () => {
  const used = new Set<number>();

  test.each(answers.map((one) => [one.name, one] as const))('%s', async (name, recording) => {
    const ours = ownOpinion(recording);
    const theirs = await secondOpinion(recording);
    const differing = FIELDS.filter((field) => JSON.stringify(ours[field]) !== JSON.stringify(theirs[field]));
    for (const [index, { recordings, fields }] of DIFFERENCES.entries())
      if (recordings.test(name) && fields.some((field) => differing.includes(field))) used.add(index);
    const unexplained = differing
      .filter((field) => verdictOf(name, field) === undefined)
      .map((field) => ({ field, ours: ours[field], theirs: theirs[field] }));
    expect(unexplained).toEqual([]);
  });

  test('every verdict is still needed', () => {
    expect(DIFFERENCES.filter((_, index) => !used.has(index))).toEqual([]);
  });
});
