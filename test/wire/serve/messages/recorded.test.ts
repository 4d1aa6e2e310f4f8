import Anthropic from '@anthropic-ai/sdk';
import { describe, expect, test } from 'vitest';
import type { CompletionEvent } from '../../../../src/domain/completion-event.ts';
import type { ProviderEvent } from '../../../../src/domain/provider-event.ts';
import { createAnthropicCodec } from '../../../../src/wire/anthropic/codec.ts';
import { messagesDialect } from '../../../../src/wire/serve/messages/dialect.ts';
import { createSseParser } from '../../../../src/wire/sse.ts';
import { hasRecordings, titleWithRecordings } from '../../../support/recordings.ts';
import { decodeStream, fold } from '../../fold.ts';
import { readRecordings } from '../../recordings.ts';
import { begun, recordOf } from '../answers.ts';

const codec = createAnthropicCodec();

/** What the official client makes of a stream. */
const accumulated = async (body: string): Promise<Anthropic.Message> => {
  const client = new Anthropic({
    apiKey: 'key',
    maxRetries: 0,
    fetch: async () => new Response(body, { headers: { 'content-type': 'text/event-stream' } }),
  });
  const messages: Anthropic.MessageParam[] = [{ role: 'user', content: 'x' }];
  return client.messages.stream({ model: 'm', max_tokens: 1, messages }).finalMessage();
};

const isContent = (event: ProviderEvent): event is Extract<ProviderEvent, CompletionEvent> =>
  ['answering', 'warning', 'rateLimits', 'completed', 'failed'].every((type) => event.type !== type);

const recordOfAnswer = (events: readonly ProviderEvent[]) => {
  const { usage, end } = fold(events);
  if (end.type === 'failed') throw new Error(end.failure.message);
  const { finishReason, rawFinishReason } = end;
  return recordOf({
    finishReason,
    ...(rawFinishReason !== undefined && { rawFinishReason }),
    ...(usage !== undefined && { usage }),
    cost: { kind: 'FREE' },
  });
};

const writtenFrom = (events: readonly ProviderEvent[]): string => {
  const writer = messagesDialect.streamWriter({ model: 'm', stops: [] });
  const all: CompletionEvent[] = [
    ...begun(),
    ...events.filter(isContent),
    { type: 'finished', record: recordOfAnswer(events) },
  ];
  return all.map((event) => writer.push(event)).join('');
};

const passedOn = (body: string, events: readonly ProviderEvent[]): string => {
  const parser = createSseParser();
  const writer = messagesDialect.streamWriter({ model: 'm', stops: [] });
  const frames = [...parser.push(new TextEncoder().encode(body)), ...parser.end()];
  const written = frames.map((frame) => writer.push({ type: 'verbatim', ...frame }));
  return [...written, writer.push({ type: 'finished', record: recordOfAnswer(events) })].join('');
};

type Plain = { readonly type: string; readonly [key: string]: unknown };

/**
 * A message by what both formats have words for: without tools that the provider ran itself, without citations, for
 * which texts are cut into pieces, and without empty texts.
 */
const plain = ({ content, stop_reason, usage }: Anthropic.Message) => {
  const blocks: Plain[] = [];
  for (const block of content) {
    const last = blocks.at(-1);
    if (block.type === 'text') {
      if (last?.type === 'text')
        blocks[blocks.length - 1] = { type: 'text', text: `${last.text}${block.text}` };
      else if (block.text !== '') blocks.push({ type: 'text', text: block.text });
    } else if (block.type === 'thinking') {
      if (block.thinking !== '' || block.signature !== '') blocks.push({ ...block });
    } else if (block.type === 'redacted_thinking') blocks.push({ ...block });
    else if (block.type === 'tool_use') {
      const { type, id, name, input } = block;
      blocks.push({ type, id, name, input });
    }
  }
  return {
    blocks,
    stop_reason,
    input: usage.input_tokens,
    output: usage.output_tokens,
    cacheRead: usage.cache_read_input_tokens ?? 0,
    cacheWrite: usage.cache_creation_input_tokens ?? 0,
  };
};

/** Streams of relays with two starts, which the official client refuses. */
const BROKEN = /(duplicate|spliced)-message-start/;
const COMPACTED = /anthropic-compaction/;

const recordings = readRecordings().recordings.filter(
  ({ dialect, isStream, status }) => dialect === 'anthropic' && isStream && status === 200,
);

describe(titleWithRecordings('recorded streams of Anthropic'), () => {
  test.skipIf(!hasRecordings)('there are many', () => {
    expect(recordings.length).toBeGreaterThanOrEqual(50);
  });

  test.skipIf(!hasRecordings).each(recordings.map(({ name, body }) => ({ name, body })))(
    '$name: decoded and written again, or passed on, they are the same message',
    async ({ name, body }) => {
      const events = decodeStream(codec, body);
      const written = plain(await accumulated(writtenFrom(events)));
      if (BROKEN.test(name)) {
        await expect(accumulated(body)).rejects.toThrow('Unexpected event order');
        expect(written.blocks).not.toEqual([]);
        return;
      }
      const theirs = await accumulated(body);
      const expected = plain(theirs);
      // Ours counts what was used to shorten the conversation, too, as it is billed.
      expect(written).toEqual(
        COMPACTED.test(name)
          ? { ...expected, input: expect.any(Number), output: expect.any(Number) }
          : expected,
      );
      expect(await accumulated(passedOn(body, events))).toEqual(theirs);
    },
  );
});
