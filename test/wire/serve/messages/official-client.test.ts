import Anthropic from '@anthropic-ai/sdk';
import type { BetaRunnableTool } from '@anthropic-ai/sdk/lib/tools/BetaRunnableTool';
import { describe, expect, test } from 'vitest';
import type { CompletionEvent } from '../../../../src/domain/completion-event.ts';
import { failureOf } from '../../../../src/domain/failure.ts';
import { asProviderId } from '../../../../src/domain/ids.ts';
import type { ClientErrorKind } from '../../../../src/wire/serve/client-error.ts';
import { messagesDialect } from '../../../../src/wire/serve/messages/dialect.ts';
import { begun, completed, INTERLEAVED_CALLS, OFFERING, REASONING } from '../answers.ts';
import { serveScript } from './scripted-server.ts';

const ASK = {
  model: 'gemini-2.5-pro',
  max_tokens: 100,
  messages: [{ role: 'user' as const, content: 'Hello' }],
};

const clientOf = async (script: readonly CompletionEvent[]) => {
  const server = await serveScript(script);
  return {
    server,
    client: new Anthropic({ apiKey: 'key', baseURL: server.origin, maxRetries: 0, logLevel: 'off' }),
  };
};

const TALK = completed(
  [
    ...REASONING,
    { type: 'textDelta', text: 'Grüße, ' },
    { type: 'source', url: 'https://example.org/a', title: 'A', citedText: 'words' },
    { type: 'textDelta', text: '"Welt"\n' },
    ...INTERLEAVED_CALLS,
  ],
  { finishReason: 'TOOL_CALLS' },
);

const failed = (code: Parameters<typeof failureOf>[0]): CompletionEvent => ({
  type: 'failed',
  error: {
    kind: 'UPSTREAM',
    failure: { ...failureOf(code, 'It broke.'), providerId: asProviderId('google'), offeringId: OFFERING },
  },
});

const withoutCitations = (content: readonly Anthropic.ContentBlock[]) =>
  content.map((block) => {
    if (block.type !== 'text') return block;
    const { citations: _, ...rest } = block;
    return rest;
  });

describe('the official client', () => {
  test('gets the same message streamed and whole', async () => {
    const { client } = await clientOf(TALK);
    const whole = await client.messages.create(ASK);
    const stream = client.messages.stream(ASK);
    const texts: string[] = [];
    const inputs: string[] = [];
    stream.on('text', (text) => texts.push(text)).on('inputJson', (piece) => inputs.push(piece));
    const streamed = await stream.finalMessage();

    expect(streamed.content.map(({ type }) => type)).toEqual([
      'thinking',
      'redacted_thinking',
      'text',
      'tool_use',
      'redacted_thinking',
      'tool_use',
      'tool_use',
    ]);
    expect(withoutCitations(streamed.content)).toEqual(withoutCitations(whole.content));
    expect(texts.join('')).toBe('Grüße, "Welt"\n');
    expect(inputs.join('')).toBe('{"city":"Paris"}{"zone":"CET"}');
    const text = streamed.content.find((block) => block.type === 'text');
    expect(text).toMatchObject({
      citations: [{ type: 'web_search_result_location', url: 'https://example.org/a', cited_text: 'words' }],
    });
    expect(whole.content).toContainEqual(text);
    expect(streamed.stop_reason).toBe('tool_use');
    expect(streamed.model).toBe(OFFERING);
    expect(streamed.id).toBe(whole.id);
    expect(streamed.usage).toMatchObject({
      input_tokens: 100,
      cache_read_input_tokens: 20,
      cache_creation_input_tokens: 7,
      output_tokens: 42,
      output_tokens_details: { thinking_tokens: 12 },
    });
    expect(whole.usage).toMatchObject({ cost: 0.000123, cost_currency: 'USD', output_tokens: 42 });
    expect(whole).toMatchObject({
      modelgraph: { offering: OFFERING, attempts: 1, cost: { kind: 'PRICED', total: '0.000123' } },
    });
  });

  test('gets blocks one at a time, counted from 0, in the exact order of events', async () => {
    const { client } = await clientOf(TALK);
    const types: string[] = [];
    let open: number | undefined;
    let next = 0;
    for await (const event of await client.messages.create({ ...ASK, stream: true })) {
      if (types.at(-1) !== event.type) types.push(event.type);
      if (event.type === 'content_block_start') {
        expect(open).toBeUndefined();
        expect(event.index).toBe(next++);
        open = event.index;
      }
      if (event.type === 'content_block_delta') expect(event.index).toBe(open);
      if (event.type === 'content_block_stop') {
        expect(event.index).toBe(open);
        open = undefined;
      }
    }
    expect(open).toBeUndefined();
    expect(next).toBe(7);
    expect(types[0]).toBe('message_start');
    expect(types.slice(-2)).toEqual(['message_delta', 'message_stop']);
  });

  test('gets the same by its beta methods', async () => {
    const { client } = await clientOf(TALK);
    const streamed = await client.beta.messages
      .stream({ ...ASK, betas: ['interleaved-thinking-2025-05-14'] })
      .finalMessage();
    const whole = await client.messages.create(ASK);
    expect(streamed.content.map(({ type }) => type)).toEqual(whole.content.map(({ type }) => type));
    expect(streamed.content.filter(({ type }) => type === 'tool_use')).toEqual(
      whole.content.filter(({ type }) => type === 'tool_use'),
    );
    expect(streamed.stop_reason).toBe('tool_use');
  });

  test('runs tools until the model has no more to ask', async () => {
    const { client, server } = await clientOf(TALK);
    const ran: unknown[] = [];
    const tool = (name: string): BetaRunnableTool<unknown> => ({
      name,
      description: 'd',
      input_schema: { type: 'object' },
      parse: (input) => input,
      run: (input) => {
        ran.push(input);
        return 'done';
      },
    });
    const runner = client.beta.messages.toolRunner({
      ...ASK,
      tools: ['weather', 'time', 'now'].map(tool),
      max_iterations: 2,
    });
    await runner.runUntilDone();
    expect(ran.slice(0, 3)).toEqual([{ city: 'Paris' }, { zone: 'CET' }, {}]);
    expect(server.read[1]?.request.messages).toMatchObject([
      { role: 'user' },
      { role: 'assistant', toolCalls: [{ signature: 'mg1.google.c2ln' }, {}, {}] },
      { role: 'tool', toolCallId: 'call_0', text: 'done' },
      { role: 'tool', toolCallId: 'functions.time:1' },
      { role: 'tool', toolCallId: 'toolu_9' },
    ]);
  });

  test('gets an answer of nothing as a message without content', async () => {
    const { client } = await clientOf(completed([]));
    const message = await client.messages.stream(ASK).finalMessage();
    expect(message).toMatchObject({ content: [], stop_reason: 'end_turn', model: OFFERING });
  });

  test('gets what a model said when it refused', async () => {
    const { client } = await clientOf(completed([{ type: 'refusalDelta', text: 'I will not.' }]));
    for (const message of [
      await client.messages.create(ASK),
      await client.messages.stream(ASK).finalMessage(),
    ]) {
      expect(message.content).toMatchObject([{ type: 'text', text: 'I will not.' }]);
      expect(message).toMatchObject({ stop_reason: 'refusal', stop_details: { explanation: 'I will not.' } });
    }
  });

  test('counts tokens', async () => {
    const { client } = await clientOf([]);
    const { model, messages } = ASK;
    expect(await client.messages.countTokens({ model, messages })).toMatchObject({ input_tokens: 1 });
  });

  test.each<[ClientErrorKind, number, string, new (...args: never[]) => Error]>([
    ['INVALID_REQUEST', 400, 'invalid_request_error', Anthropic.BadRequestError],
    ['AUTHENTICATION', 401, 'authentication_error', Anthropic.AuthenticationError],
    ['QUOTA_EXHAUSTED', 402, 'billing_error', Anthropic.APIError],
    ['FORBIDDEN', 403, 'permission_error', Anthropic.PermissionDeniedError],
    ['NOT_FOUND', 404, 'not_found_error', Anthropic.NotFoundError],
    ['METHOD_NOT_ALLOWED', 405, 'invalid_request_error', Anthropic.APIError],
    ['TOO_LARGE', 413, 'request_too_large', Anthropic.APIError],
    ['UNSUPPORTED_MEDIA_TYPE', 415, 'invalid_request_error', Anthropic.APIError],
    ['RATE_LIMITED', 429, 'rate_limit_error', Anthropic.RateLimitError],
    ['CANCELLED', 499, 'api_error', Anthropic.APIError],
    ['INTERNAL', 500, 'api_error', Anthropic.InternalServerError],
    ['UPSTREAM', 500, 'api_error', Anthropic.InternalServerError],
    ['TIMEOUT', 504, 'timeout_error', Anthropic.InternalServerError],
    ['OVERLOADED', 529, 'overloaded_error', Anthropic.InternalServerError],
  ])('takes %s as status %i, %s', (kind, status, type, ErrorClass) => {
    const error = { kind, code: 'some_code', message: 'It is so.' };
    expect(messagesDialect.statusOf(error)).toBe(status);
    const raised = Anthropic.APIError.generate(
      messagesDialect.statusOf(error),
      messagesDialect.writeError(error),
      undefined,
      new Headers(),
    );
    expect(raised).toBeInstanceOf(ErrorClass);
    expect(raised).toMatchObject({ status, type, apiMessage: 'It is so.', errorCode: 'some_code' });
  });

  test('is told of an invalid body where it is wrong', async () => {
    const { client } = await clientOf([]);
    const asked = client.messages.create({
      ...ASK,
      messages: [{ role: 'user', content: 'x' }],
      max_tokens: 0,
    });
    await expect(asked).rejects.toMatchObject({
      status: 400,
      apiMessage: 'max_tokens: is 0; takes at least 1.',
    });
  });

  test.each([false, true])(
    'is told that a prompt is too long in words that agents know (streamed: %s)',
    async (stream) => {
      const { client } = await clientOf([...begun(), failed('CONTEXT_LENGTH_EXCEEDED')]);
      await expect(
        stream ? client.messages.stream(ASK).finalMessage() : client.messages.create(ASK),
      ).rejects.toMatchObject({
        type: 'invalid_request_error',
        apiMessage: expect.stringMatching(/^prompt is too long: /),
      });
    },
  );

  test('is told of a failure in mid-stream, with no end of a message', async () => {
    const { client } = await clientOf([
      ...begun(),
      { type: 'textDelta', text: 'Half an ans' },
      failed('OVERLOADED'),
      { type: 'textDelta', text: 'wer' },
    ]);
    const stream = client.messages.stream(ASK);
    const texts: string[] = [];
    stream.on('text', (text) => texts.push(text));
    await expect(stream.finalMessage()).rejects.toMatchObject({
      type: 'overloaded_error',
      errorCode: 'overloaded',
    });
    expect(texts).toEqual(['Half an ans']);
    expect(stream.receivedMessages).toEqual([]);
  });
});
