import { zodFunction, zodResponseFormat } from 'openai/helpers/zod';
import type { ChatCompletionChunk } from 'openai/resources/chat/completions';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { serveScript } from './dialect-server.ts';
import { answering, call, recordOf, started, text } from './scripted-answers.ts';

const messages = [{ role: 'user' as const, content: 'Tell.' }];
const model = 'tell';

const chunksOf = async (
  stream: AsyncIterable<ChatCompletionChunk>,
): Promise<readonly ChatCompletionChunk[]> => {
  const chunks: ChatCompletionChunk[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
};

test('a whole answer', async () => {
  const { client } = await serveScript(answering(text('Once ', 'upon.')));
  const answer = await client.chat.completions.create({ model, messages });
  expect(answer).toMatchObject({
    id: 'cmp_1',
    object: 'chat.completion',
    created: 1_793_534_400,
    model: 'acme/tell-1',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'Once upon.', refusal: null },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: {
      prompt_tokens: 14,
      completion_tokens: 8,
      total_tokens: 22,
      prompt_tokens_details: { cached_tokens: 4 },
      completion_tokens_details: { reasoning_tokens: 3 },
      cost: 0.000123,
      cost_currency: 'USD',
    },
    modelgraph: {
      id: 'cmp_1',
      offering: 'acme/tell-1',
      attempts: 1,
      cost: { kind: 'PRICED', total: '0.000123', currency: 'USD' },
      warnings: [],
    },
  });
});

test('a stream puts together what the whole answer says', async () => {
  const { client } = await serveScript(answering(text('Once ', 'upon.')));
  const whole = await client.chat.completions.create({ model, messages });
  const streamed = await client.chat.completions.stream({ model, messages }).finalChatCompletion();
  expect(streamed.choices[0]?.message).toMatchObject({ role: 'assistant', content: 'Once upon.' });
  expect(streamed).toMatchObject({ id: whole.id, model: whole.model, created: whole.created });
  expect(streamed).toMatchObject({ modelgraph: { cost: { total: '0.000123' } } });
});

test('usage comes in a last chunk without choices, and only if asked for', async () => {
  const { client } = await serveScript(answering(text('Yes.')));
  const plain = await chunksOf(await client.chat.completions.create({ model, messages, stream: true }));
  expect(plain.map((chunk) => chunk.usage ?? null)).toEqual([null, null, null]);
  expect(plain.every((chunk) => chunk.choices.length === 1)).toBe(true);
  const stream = client.chat.completions.stream({
    model,
    messages,
    stream_options: { include_usage: true },
  });
  const asked = await chunksOf(stream);
  expect(asked.map((chunk) => chunk.choices.length)).toEqual([1, 1, 1, 0]);
  expect(asked.at(-1)?.usage).toMatchObject({ prompt_tokens: 14, completion_tokens: 8, cost: 0.000123 });
  expect((await stream.finalChatCompletion()).usage).toMatchObject({ total_tokens: 22 });
});

test('an answer whose usage nobody knows has none', async () => {
  const { usage: _unknown, ...record } = recordOf({
    cost: { kind: 'UNPRICED', reason: 'NO_USAGE', lines: [], missing: [] },
  });
  const { client } = await serveScript([...started(), ...text('Yes.'), { type: 'finished', record }]);
  const answer = await client.chat.completions.create({ model, messages });
  expect(answer.usage).toBeUndefined();
  expect(answer).toMatchObject({ modelgraph: { cost: { kind: 'UNPRICED', reason: 'NO_USAGE' } } });
  const chunks = await chunksOf(
    await client.chat.completions.create({
      model,
      messages,
      stream: true,
      stream_options: { include_usage: true },
    }),
  );
  expect(chunks.at(-1)).toMatchObject({
    choices: [{ finish_reason: 'stop' }],
    usage: null,
    modelgraph: { cost: { reason: 'NO_USAGE' } },
  });
});

test('parallel tool calls whose arguments come in turns', async () => {
  const [first, second] = [
    call(0, 'weather', ['{"city":', '"Oslo"}']),
    call(1, 'weather', ['{"city":', '"Bergen"}']),
  ];
  const turns = first.flatMap((event, at) => [event, ...second.slice(at, at + 1)]);
  const { client } = await serveScript(answering(turns, { finishReason: 'TOOL_CALLS' }));
  const tools = [
    zodFunction({ name: 'weather', parameters: z.object({ city: z.string() }), function: () => 'Rain' }),
  ];
  const streamed = await client.chat.completions.stream({ model, messages, tools }).finalChatCompletion();
  const whole = await client.chat.completions.parse({ model, messages, tools });
  for (const { choices } of [streamed, whole]) {
    expect(choices[0]?.finish_reason).toBe('tool_calls');
    expect(choices[0]?.message.tool_calls).toMatchObject([
      { id: 'call_0', type: 'function', function: { name: 'weather', parsed_arguments: { city: 'Oslo' } } },
      { id: 'call_1', type: 'function', function: { name: 'weather', parsed_arguments: { city: 'Bergen' } } },
    ]);
  }
  expect(whole.choices[0]?.message.content).toBeNull();
});

test('a tool that takes nothing gets an empty object, and proofs of calls come with them', async () => {
  const { client } = await serveScript(
    answering(call(0, 'now', [], 'proof-1'), { finishReason: 'TOOL_CALLS' }),
  );
  const streamed = await client.chat.completions.stream({ model, messages }).finalChatCompletion();
  const whole = await client.chat.completions.create({ model, messages });
  for (const { choices } of [streamed, whole]) {
    expect(choices[0]?.message.tool_calls).toMatchObject([
      {
        id: 'call_0',
        function: { name: 'now', arguments: '{}' },
        extra_content: { google: { thought_signature: 'proof-1' } },
      },
    ]);
  }
});

test('a client that speaks of functions is answered so', async () => {
  const { client } = await serveScript(
    answering(call(0, 'weather', ['{"city":', '"Oslo"}']), { finishReason: 'TOOL_CALLS' }),
  );
  const functions = [{ name: 'weather', parameters: { type: 'object' } }];
  const whole = await client.chat.completions.create({ model, messages, functions });
  const streamed = await client.chat.completions.stream({ model, messages, functions }).finalChatCompletion();
  for (const { choices } of [whole, streamed]) {
    expect(choices[0]?.finish_reason).toBe('function_call');
    expect(choices[0]?.message.function_call).toEqual({ name: 'weather', arguments: '{"city":"Oslo"}' });
    expect(choices[0]?.message.tool_calls).toBeUndefined();
  }
});

test('structured output is parsed by the client', async () => {
  const { client, asked } = await serveScript(answering(text('{"answer":', '42}')));
  const response_format = zodResponseFormat(z.object({ answer: z.number() }), 'reply');
  const whole = await client.chat.completions.parse({ model, messages, response_format });
  expect(whole.choices[0]?.message.parsed).toEqual({ answer: 42 });
  const streamed = await client.chat.completions
    .stream({ model, messages, response_format })
    .finalChatCompletion();
  expect(streamed.choices[0]?.message.parsed).toEqual({ answer: 42 });
  expect(asked()).toMatchObject({ response_format: { json_schema: { name: 'reply', strict: true } } });
});

test('a refusal is no content', async () => {
  const { client } = await serveScript(
    answering(
      [
        { type: 'refusalDelta', text: 'I will ' },
        { type: 'refusalDelta', text: 'not.' },
      ],
      { finishReason: 'REFUSAL' },
    ),
  );
  const whole = await client.chat.completions.create({ model, messages });
  expect(whole.choices[0]).toMatchObject({
    message: { content: null, refusal: 'I will not.' },
    finish_reason: 'stop',
  });
  const stream = client.chat.completions.stream({ model, messages });
  const done: string[] = [];
  stream.on('refusal.done', ({ refusal }) => done.push(refusal));
  const streamed = await stream.finalChatCompletion();
  expect(streamed.choices[0]?.message.refusal).toBe('I will not.');
  expect(done).toEqual(['I will not.']);
});

test('reasoning comes as it is thought, and its block with the proof once it is closed', async () => {
  const { client } = await serveScript(
    answering([
      { type: 'reasoningDelta', text: 'Let me ' },
      { type: 'reasoningDelta', text: 'think.' },
      { type: 'reasoningDelta', text: '', signature: 'sig-1' },
      { type: 'reasoningDelta', text: '', signature: 'sealed', redacted: true },
      ...text('Done.'),
    ]),
  );
  const details = [
    { type: 'reasoning.text', text: 'Let me think.', signature: 'sig-1', index: 0 },
    { type: 'reasoning.encrypted', data: 'sealed', index: 1 },
  ];
  const whole = await client.chat.completions.create({ model, messages });
  expect(whole.choices[0]?.message).toMatchObject({
    content: 'Done.',
    reasoning_content: 'Let me think.',
    reasoning_details: details,
  });
  const chunks = await chunksOf(await client.chat.completions.create({ model, messages, stream: true }));
  const deltas = chunks.flatMap((chunk) => chunk.choices.map(({ delta }) => delta));
  expect(deltas).toEqual([
    { role: 'assistant', content: '' },
    { reasoning_content: 'Let me ' },
    { reasoning_content: 'think.' },
    { reasoning_details: [details[0]] },
    { reasoning_details: [details[1]] },
    { content: 'Done.' },
    {},
  ]);
});

test('log probabilities with the bytes of their tokens', async () => {
  const { client } = await serveScript(
    answering([
      {
        type: 'textDelta',
        text: 'Hé',
        logprobs: [
          { token: 'H', logprob: -0.1, top: [{ token: 'H', logprob: -0.1 }] },
          { token: 'é', logprob: -0.2, top: [] },
        ],
      },
      { type: 'textDelta', text: '!', logprobs: [{ token: '\uFFFD', logprob: -3, top: [] }] },
    ]),
  );
  const content = [
    {
      token: 'H',
      logprob: -0.1,
      bytes: [72],
      top_logprobs: [{ token: 'H', logprob: -0.1, bytes: [72] }],
    },
    { token: 'é', logprob: -0.2, bytes: [195, 169], top_logprobs: [] },
    { token: '\uFFFD', logprob: -3, bytes: null, top_logprobs: [] },
  ];
  const body = { model, messages, logprobs: true, top_logprobs: 1 };
  const whole = await client.chat.completions.create(body);
  expect(whole.choices[0]?.logprobs?.content).toEqual(content);
  const streamed = await client.chat.completions.stream(body).finalChatCompletion();
  expect(streamed.choices[0]?.logprobs?.content).toEqual(content);
});

test('pages that the answer rests on are annotations', async () => {
  const { client } = await serveScript(
    answering([
      ...text('So they say.'),
      { type: 'source', url: 'https://example.com/a', title: 'A page' },
      { type: 'source', documentIndex: 0, citedText: 'of the prompt' },
    ]),
  );
  const annotation = {
    type: 'url_citation',
    url_citation: { url: 'https://example.com/a', title: 'A page', start_index: 0, end_index: 0 },
  };
  const whole = await client.chat.completions.create({ model, messages });
  expect(whole.choices[0]?.message.annotations).toEqual([annotation]);
  const streamed = await client.chat.completions.stream({ model, messages }).finalChatCompletion();
  expect(streamed.choices[0]?.message).toMatchObject({ annotations: [annotation] });
});
