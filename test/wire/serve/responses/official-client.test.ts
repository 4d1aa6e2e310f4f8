import OpenAI, { APIError, BadRequestError, RateLimitError } from 'openai';
import { zodResponsesFunction, zodTextFormat } from 'openai/helpers/zod';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { CompletionEvent } from '../../../../src/domain/completion-event.ts';
import type { ContentEvent } from '../../../../src/domain/content-event.ts';
import { failureOf } from '../../../../src/domain/failure.ts';
import { asProviderId } from '../../../../src/domain/ids.ts';
import { begun, completed, INTERLEAVED_CALLS, OFFERING, SAID, TALK } from '../answers.ts';
import { serveScripts } from './scripted-server.ts';

const clientOf = async (...scripts: readonly (readonly CompletionEvent[])[]) => {
  const { baseURL, read } = await serveScripts(...scripts);
  return { client: new OpenAI({ baseURL, apiKey: 'key', maxRetries: 0 }), read };
};

const shapeOf = (response: OpenAI.Responses.Response) =>
  response.output.map((item) => {
    switch (item.type) {
      case 'message':
        return item.content.map((part) => (part.type === 'output_text' ? part.text : part.refusal)).join();
      case 'function_call':
        return `${item.name}(${item.arguments})`;
      case 'reasoning':
        return `${item.summary.map(({ text }) => text).join()}|${item.encrypted_content?.split('.')[0]}`;
      default:
        return item.type;
    }
  });

const SHAPE = [
  'Let me think.|mg-signed',
  '|mg-redacted',
  'So it is.',
  'weather({"city":"Paris"})',
  'time({"zone":"CET"})',
  'now({})',
  '|mg-calls',
];

const ask = async (client: OpenAI, way: string, input: string | OpenAI.Responses.ResponseInputItem[]) =>
  way === 'whole'
    ? client.responses.create({ model: 'any', input })
    : client.responses.stream({ model: 'any', input }).finalResponse();

const WAYS = ['whole', 'streamed'];

describe.each(WAYS)("OpenAI's client, %s", (way) => {
  test('an answer with reasoning, sources and calls in parallel', async () => {
    const { client } = await clientOf(TALK);
    const response = await ask(client, way, 'Hello');
    expect(shapeOf(response)).toEqual(SHAPE);
    expect(response.output_text).toBe('So it is.');
    expect(response.status).toBe('completed');
    expect(response.usage?.total_tokens).toBe(169);
    expect(new Set(response.output.map((item) => item.id)).size).toBe(SHAPE.length);
  });

  test('the answer given back is the turn that it was, proofs included', async () => {
    const { client, read } = await clientOf(TALK, completed([{ type: 'textDelta', text: 'Done.' }]));
    const first = await ask(client, way, 'Hello');
    const outputs = first.output.flatMap((item): OpenAI.Responses.ResponseInputItem[] =>
      item.type === 'function_call'
        ? [{ type: 'function_call_output', call_id: item.call_id, output: 'It rains.' }]
        : [],
    );
    const input = [{ role: 'user', content: 'Hello' } as const, ...first.output, ...outputs];
    const second = await ask(client, way, input as OpenAI.Responses.ResponseInputItem[]);
    expect(second.output_text).toBe('Done.');
    expect(read[1]?.unread).toEqual([]);
    expect(read[1]?.request.messages).toEqual([
      { role: 'user', parts: [{ type: 'text', text: 'Hello' }] },
      SAID,
      { role: 'tool', toolCallId: 'call_0', name: 'weather', text: 'It rains.', isError: false },
      { role: 'tool', toolCallId: 'functions.time:1', name: 'time', text: 'It rains.', isError: false },
      { role: 'tool', toolCallId: 'toolu_9', name: 'now', text: 'It rains.', isError: false },
    ]);
  });

  test('a refusal', async () => {
    const { client } = await clientOf(completed([{ type: 'refusalDelta', text: 'No.' }]));
    const response = await ask(client, way, 'Hello');
    expect(response.output).toMatchObject([{ content: [{ type: 'refusal', refusal: 'No.' }] }]);
  });

  test('an answer that was cut', async () => {
    const script = completed([{ type: 'textDelta', text: 'Hel' }], { finishReason: 'LENGTH' });
    const response = await ask((await clientOf(script)).client, way, 'Hello');
    expect(response.status).toBe('incomplete');
    expect(response.incomplete_details).toEqual({ reason: 'max_output_tokens' });
    expect(response.output_text).toBe('Hel');
  });

  test('an answer of nothing', async () => {
    const { client } = await clientOf(completed([]));
    const response = await ask(client, way, 'Hello');
    expect(response.output).toEqual([]);
    expect(response.output_text).toBe('');
  });

  test('a wrong body', async () => {
    const { client } = await clientOf();
    const error = await client.responses
      .create({ model: 'any', input: 'Hello', temperature: 9, stream: way === 'streamed' })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({ status: 400, param: 'temperature', type: 'invalid_request_error' });
  });
});

const PLACE = z.object({ city: z.string(), sights: z.array(z.string()) });
const JSON_TEXT: readonly ContentEvent[] = [
  { type: 'textDelta', text: '{"city":"Paris","sig' },
  { type: 'textDelta', text: 'hts":["Seine"]}' },
];

test('structured output, parsed', async () => {
  const { client, read } = await clientOf(completed(JSON_TEXT), completed(JSON_TEXT));
  const params = { model: 'any', input: 'Where?', text: { format: zodTextFormat(PLACE, 'place') } };
  const whole = await client.responses.parse(params);
  const streamed = await client.responses.stream(params).finalResponse();
  for (const response of [whole, streamed])
    expect(response.output_parsed).toEqual({ city: 'Paris', sights: ['Seine'] });
  expect(read[0]?.request.output).toMatchObject({ kind: 'jsonSchema', name: 'place', strict: true });
  expect(whole.text?.format).toMatchObject({ type: 'json_schema', name: 'place' });
});

test('arguments of functions, parsed', async () => {
  const calls = completed(INTERLEAVED_CALLS, { finishReason: 'TOOL_CALLS' });
  const { client } = await clientOf(calls);
  const weather = zodResponsesFunction({ name: 'weather', parameters: z.object({ city: z.string() }) });
  const final = await client.responses
    .stream({ model: 'any', input: 'Hello', tools: [weather] })
    .finalResponse();
  expect(final.output[0]).toMatchObject({ name: 'weather', parsed_arguments: { city: 'Paris' } });
});

test('log probabilities', async () => {
  const script = completed([
    {
      type: 'textDelta',
      text: 'é',
      logprobs: [{ token: 'é', logprob: -1, top: [{ token: 'e', logprob: -2 }] }],
    },
  ]);
  const { client, read } = await clientOf(script);
  const final = await client.responses
    .stream({
      model: 'any',
      input: 'Hello',
      top_logprobs: 3,
      include: ['message.output_text.logprobs', 'reasoning.encrypted_content'],
    })
    .finalResponse();
  expect(read[0]?.request.logprobs).toEqual({ top: 3 });
  expect(read[0]?.unread).toEqual([]);
  const [message] = final.output;
  expect(message?.type === 'message' && message.content[0]).toMatchObject({
    logprobs: [{ token: 'é', logprob: -1, top_logprobs: [{ token: 'e', logprob: -2 }] }],
  });
});

const failure = (code: 'RATE_LIMITED' | 'SERVER_ERROR'): CompletionEvent => ({
  type: 'failed',
  error: {
    kind: 'UPSTREAM',
    failure: {
      ...failureOf(code, 'Too many requests.'),
      providerId: asProviderId('google'),
      offeringId: OFFERING,
    },
  },
});

test('a failure before anything', async () => {
  const { client } = await clientOf([...begun(), failure('RATE_LIMITED')]);
  const error = await ask(client, 'whole', 'Hello').catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(RateLimitError);
  expect(error).toMatchObject({ status: 429, code: 'rate_limit_exceeded' });
});

const BROKEN: readonly CompletionEvent[] = [
  ...begun(),
  { type: 'textDelta', text: 'Hel' },
  failure('SERVER_ERROR'),
];
const ERROR = { code: 'server_error', type: 'server_error' };

test('a failure amid a stream is thrown by the helper', async () => {
  const { client } = await clientOf(BROKEN);
  const said: string[] = [];
  const stream = client.responses.stream({ model: 'any', input: 'Hello' });
  stream.on('response.output_text.delta', ({ delta }) => said.push(delta));
  const error = await stream.finalResponse().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(APIError);
  expect(error).toMatchObject(ERROR);
  expect(said).toEqual(['Hel']);
});

test('a failure amid a stream is thrown by the plain iterator', async () => {
  const { client } = await clientOf(BROKEN);
  const types: string[] = [];
  const error = await (async () => {
    for await (const event of await client.responses.create({ model: 'any', input: 'Hello', stream: true }))
      types.push(event.type);
  })().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject(ERROR);
  expect(types.at(-1)).toBe('response.output_text.delta');
});
