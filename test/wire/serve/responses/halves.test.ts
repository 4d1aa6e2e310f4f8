import { describe, expect, test } from 'vitest';
import type { CompletionRequest, Message } from '../../../../src/domain/completion-request.ts';
import type { JsonObject } from '../../../../src/domain/json.ts';
import { createOpenAiResponsesCodec } from '../../../../src/wire/openai-responses/codec.ts';
import { responsesDialect } from '../../../../src/wire/serve/responses/dialect.ts';
import { decodeStream, fold } from '../../fold.ts';
import { EVERY_PARAMETER } from '../../requests/every-parameter.ts';
import { CONVERSATION, requestOf } from '../../requests.ts';
import { completed, INTERLEAVED_CALLS, REASONING } from '../answers.ts';
import { wholeAnswer } from '../scripted-server.ts';
import { newWriter, optionsOf } from './written-events.ts';

/** The half that speaks to providers: what it sends must be read as it was meant, what it reads as it was written. */
const codec = createOpenAiResponsesCodec();

const sent = (request: CompletionRequest): JsonObject =>
  JSON.parse(codec.encode('gpt-x', request, true).call.body);

const readBack = (request: CompletionRequest) => {
  const found = responsesDialect.read(sent(request));
  if (found.kind === 'INVALID') throw new Error(`${found.path} ${found.problem}`);
  return found;
};

/** Addresses may be fetched by who answers. */
const asRead = (message: Message) =>
  message.role === 'user'
    ? {
        ...message,
        parts: message.parts.map((part) =>
          part.type !== 'text' && part.source.kind === 'url'
            ? { ...part, source: { kind: 'remote', url: part.source.url, ifNeeded: true } }
            : part,
        ),
      }
    : message;

describe('what is asked of a provider', () => {
  const cases = EVERY_PARAMETER.flatMap(([name, asked]) =>
    asked.map((each, at) => ({ name: `${name} ${at}`, request: each.with })),
  ) // Providers cache by themselves: the format has no marks.
    .filter(
      ({ name, request }) => !name.startsWith('cache') && codec.unsupported('gpt-x', request).length === 0,
    );

  test.each(cases)('$name', ({ request }) => {
    const { request: read, unread, stream } = readBack(request);
    expect(stream).toBe(true);
    expect(unread).toEqual([]);
    const { messages: _read, ...parameters } = read;
    const { messages, ...expected } = request;
    expect(parameters).toEqual({
      ...expected,
      // Silence would make them strict.
      tools: request.tools.map((tool) => ({ strict: false, ...tool })),
    });
    expect(read.messages).toMatchObject(messages.map(asRead));
  });

  test('a conversation', () => {
    const { messages } = readBack(requestOf({ messages: CONVERSATION })).request;
    expect(messages).toMatchObject(
      CONVERSATION.map((message) => {
        if (message.role === 'assistant') {
          const [first, second] = message.toolCalls;
          return {
            role: 'assistant',
            text: message.text,
            toolCalls: [
              { id: first?.id, arguments: first?.arguments },
              { id: second?.id, arguments: '{}' },
            ],
          };
        }
        // That a tool failed has no place in the format.
        return message.role === 'tool' ? { ...message, isError: false } : message;
      }),
    );
  });
});

const TALK = completed([
  ...REASONING,
  { type: 'textDelta', text: 'So ', logprobs: [{ token: 'So ', logprob: -1, top: [] }] },
  { type: 'source', url: 'https://example.org/a', title: 'A' },
  { type: 'textDelta', text: 'it is.' },
  ...INTERLEAVED_CALLS,
]);
const SCRIPTS = {
  talk: TALK,
  refusal: completed([{ type: 'refusalDelta', text: 'No.' }]),
  cut: completed([{ type: 'textDelta', text: 'Hel' }], { finishReason: 'LENGTH' }),
  filtered: completed([], { finishReason: 'CONTENT_FILTER' }),
};
const EXPECTED = {
  talk: {
    text: 'So it is.',
    reasoning: 'Let me think.',
    sources: ['https://example.org/a'],
    end: 'TOOL_CALLS',
  },
  refusal: { refusal: 'No.', end: 'REFUSAL' },
  cut: { text: 'Hel', end: 'LENGTH' },
  filtered: { text: '', end: 'CONTENT_FILTER' },
};

describe.each(['talk', 'refusal', 'cut', 'filtered'] as const)('%s: an answer', (name) => {
  const { end, ...said } = EXPECTED[name];

  test('streamed', () => {
    const writer = newWriter();
    const text = SCRIPTS[name].map((event) => writer.push(event)).join('');
    expect(fold(decodeStream(codec, text))).toMatchObject({
      ...said,
      usage: { input: 100, cacheRead: 20, cacheWrite5m: 7, output: 30, reasoning: 12 },
      end: { type: 'completed', finishReason: end },
    });
  });

  test('whole', () => {
    const answer = wholeAnswer(SCRIPTS[name]);
    if (!('content' in answer)) throw new Error('no answer');
    const body = responsesDialect.writeAnswer([answer], optionsOf());
    const folded = fold(codec.decodeAnswer(JSON.stringify(body)));
    expect(folded).toMatchObject({ ...said, end: { type: 'completed', finishReason: end } });
    expect(folded.toolCalls).toHaveLength(name === 'talk' ? 3 : 0);
  });
});
