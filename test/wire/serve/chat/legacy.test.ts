import { expect, test } from 'vitest';
import type { JsonObject } from '../../../../src/domain/json.ts';
import { legacyDialect } from '../../../../src/wire/serve/chat/legacy/dialect.ts';
import { serveScript } from './dialect-server.ts';
import { answering, failing, text } from './scripted-answers.ts';

const model = 'tell';
const read = (fields: JsonObject) => legacyDialect.read({ model, prompt: 'Once', ...fields });

test('a prompt is what a user says', () => {
  const found = read({
    ...{ max_tokens: 5, temperature: 0.5, stop: 'END', logprobs: 2, seed: 1, user: 'u', top_p: 1 },
    ...{ n: 2, stream: true, stream_options: { include_usage: true }, echo: true, best_of: 2 },
  });
  expect(found).toEqual({
    kind: 'OK',
    model,
    request: {
      messages: [{ role: 'user', parts: [{ type: 'text', text: 'Once' }] }],
      tools: [],
      ...{ maxOutputTokens: 5, temperature: 0.5, stop: ['END'], seed: 1, user: 'u', topP: 1 },
      logprobs: { top: 2 },
    },
    stream: true,
    choices: 2,
    unread: [],
    options: { includeUsage: true, echo: ['Once'], answersEach: 2 },
  });
  expect(read({ prompt: ['Once'] })).toMatchObject({
    request: { messages: [{ parts: [{ text: 'Once' }] }] },
    options: { echo: [] },
  });
});

test('a suffix is essential, other fields are not', () => {
  expect(read({ suffix: 'upon a time.', best_of: 4, logit_bias: {}, novel: 1 })).toMatchObject({
    unread: [
      { name: 'suffix', isEssential: true },
      { name: 'logit_bias', isEssential: false },
      { name: 'novel', isEssential: false },
      { name: 'best_of', isEssential: false },
    ],
  });
});

test.for([
  [{ prompt: null }, 'prompt', /takes text or a list/],
  [{ prompt: [] }, 'prompt', /is empty/],
  [{ prompt: [1, 2, 3] }, 'prompt', /holds tokens.*Send the text/],
  [{ prompt: [[1, 2]] }, 'prompt', /holds tokens/],
  [{ prompt: ['a', 2] }, 'prompt', /holds tokens/],
  [
    { prompt: Array.from({ length: 65 }, () => 'a'), n: 2 },
    'prompt',
    /65 prompts with 2 answers each; at most 128/,
  ],
  [{ logprobs: true }, 'logprobs', /takes a number/],
  [{ echo: 'yes' }, 'echo', /takes true or false/],
  [{ max_tokens: -1 }, 'max_tokens', /takes at least 1/],
] as const)('%j is refused', ([fields, path, problem]) => {
  expect(read(fields)).toEqual({ kind: 'INVALID', path, problem: expect.stringMatching(problem) });
});

const SAID = [
  { type: 'reasoningDelta', text: 'Hm.' },
  { type: 'textDelta', text: ' upon', logprobs: [{ token: ' upon', logprob: -0.5, top: [] }] },
  {
    type: 'textDelta',
    text: ' a time',
    logprobs: [
      { token: ' a', logprob: -0.1, top: [{ token: ' the', logprob: -2 }] },
      { token: ' time', logprob: -0.2, top: [] },
    ],
  },
] as const;

test('a whole answer with its prompt and log probabilities', async () => {
  const { client } = await serveScript(answering(SAID, { finishReason: 'LENGTH' }));
  const answer = await client.completions.create({ model, prompt: 'Once', echo: true, logprobs: 1 });
  expect(answer).toMatchObject({
    id: 'cmp_1',
    object: 'text_completion',
    model: 'acme/tell-1',
    choices: [
      {
        text: 'Once upon a time',
        index: 0,
        finish_reason: 'length',
        logprobs: {
          tokens: [' upon', ' a', ' time'],
          token_logprobs: [-0.5, -0.1, -0.2],
          top_logprobs: [{}, { ' the': -2 }, {}],
          text_offset: [4, 9, 11],
        },
      },
    ],
    usage: { prompt_tokens: 14, completion_tokens: 8, cost: 0.000123 },
    modelgraph: { id: 'cmp_1', attempts: 1 },
  });
});

test('a stream says the same, piece by piece', async () => {
  const { client } = await serveScript(answering(SAID));
  const asked = {
    model,
    prompt: 'Once',
    echo: true,
    stream: true,
    stream_options: { include_usage: true },
  } as const;
  const chunks = [];
  for await (const chunk of await client.completions.create(asked)) chunks.push(chunk);
  expect(chunks.map(({ choices }) => choices[0]?.text)).toEqual(['Once', ' upon', ' a time', '', undefined]);
  expect(chunks[2]?.choices[0]?.logprobs).toMatchObject({ text_offset: [9, 11] });
  expect(chunks[3]?.choices[0]?.finish_reason).toBe('stop');
  expect(chunks[4]?.usage).toMatchObject({ total_tokens: 22, cost: 0.000123 });
  expect(new Set(chunks.map(({ id, object }) => `${id} ${object}`))).toEqual(
    new Set(['cmp_1 text_completion']),
  );
});

test('several answers, whole and streamed', async () => {
  const { client } = await serveScript(answering(text('A')), answering(text('B')));
  const whole = await client.completions.create({ model, prompt: 'Once', n: 2 });
  expect(whole.choices.map((choice) => [choice.index, choice.text])).toEqual([
    [0, 'A'],
    [1, 'B'],
  ]);
  const said = ['', ''];
  for await (const { choices } of await client.completions.create({
    model,
    prompt: 'Once',
    n: 2,
    stream: true,
  }))
    for (const choice of choices) said[choice.index] += choice.text;
  expect(said).toEqual(['A', 'B']);
});

test('a refusal is text here, and a failure an error', async () => {
  const { client } = await serveScript(
    answering([{ type: 'refusalDelta', text: 'No.' }], { finishReason: 'REFUSAL' }),
  );
  const answer = await client.completions.create({ model, prompt: 'Once' });
  expect(answer.choices[0]).toMatchObject({ text: 'No.', finish_reason: 'stop' });
  const broken = await serveScript(failing('OVERLOADED', text('A')));
  const stream = await broken.client.completions.create({ model, prompt: 'Once', stream: true });
  const reading = async () => {
    for await (const chunk of stream) expect(chunk.choices[0]?.text).toBe('A');
  };
  await expect(reading()).rejects.toMatchObject({ code: 'overloaded' });
});
