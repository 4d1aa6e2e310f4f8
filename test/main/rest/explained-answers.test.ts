import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { beforeAll, describe, expect, it } from 'vitest';
import { ANTHROPIC, OPENAI, OPENAI_RESPONSES, type RestServer, restServer, SANDBOX } from './rest-server.ts';

let rest: RestServer;
let openai: OpenAI;
let anthropic: Anthropic;
beforeAll(async () => {
  rest = await restServer();
  openai = new OpenAI({ baseURL: rest.base, apiKey: rest.key, maxRetries: 0 });
  anthropic = new Anthropic({ baseURL: new URL(rest.base).origin, apiKey: rest.key, maxRetries: 0 });
});

const ASKS = { headers: { 'x-modelgraph-explain': 'route' } };
const SAID = [{ role: 'user' as const, content: 'Good morning.' }];
/** Another offering is named first, and may not be used. */
const routed = (model: string) => ({
  model: 'inline',
  modelgraph: {
    routing: {
      candidates: [{ offering: OPENAI_RESPONSES.chat, when: 'promptTokens > 1000' }, { offering: model }],
    },
  },
});
const reasonOf = (model: string) => ({
  requested: 'inline',
  strategy: 'PRIORITY',
  candidates: [model],
  considered: [{ offering: model, parts: [] }],
  rejected: [
    {
      offering: OPENAI_RESPONSES.chat,
      reason: 'CONDITION',
      detail: expect.stringContaining('promptTokens > 1000'),
    },
  ],
  attempts: [{ offering: model, cause: 'FIRST', status: 'SUCCEEDED', duration_ms: expect.any(Number) }],
});
const routeIn = (answer: object): unknown =>
  'modelgraph' in answer && typeof answer.modelgraph === 'object' && answer.modelgraph !== null
    ? Reflect.get(answer.modelgraph, 'route')
    : undefined;

describe.each([SANDBOX, OPENAI, ANTHROPIC])(
  'answers by $name say why, where a header asks',
  ({ chat: model }) => {
    it('chat completions, responses and messages, by their own clients', async () => {
      const chat = await openai.chat.completions.create({ ...routed(model), messages: SAID }, ASKS);
      expect(routeIn(chat)).toMatchObject(reasonOf(model));
      expect(chat.choices[0]?.message.content).toMatch(/\S/);
      const response = await openai.responses.create({ ...routed(model), input: 'Good morning.' }, ASKS);
      expect(routeIn(response)).toMatchObject(reasonOf(model));
      expect(response.output_text).toMatch(/\S/);
      const message = await anthropic.messages.create(
        { ...routed(model), messages: SAID, max_tokens: 100 },
        ASKS,
      );
      expect(routeIn(message)).toMatchObject(reasonOf(model));
    });

    it('streams, in their last event or in a comment, and clients read them to their end', async () => {
      const asked = { ...routed(model), messages: SAID, stream: true as const };
      const streams: readonly [string, object][] = [
        ['/chat/completions', asked],
        ['/responses', { ...routed(model), input: 'Good morning.', stream: true }],
        ['/messages', { ...asked, max_tokens: 100 }],
      ];
      for (const [path, body] of streams) {
        const answer = await fetch(`${rest.base}${path}`, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${rest.key}`,
            'content-type': 'application/json',
            ...ASKS.headers,
          },
          body: JSON.stringify(body),
        });
        const text = await answer.text();
        const comment = /^: modelgraph\.route (.*)$/m.exec(text)?.[1];
        const last = text
          .split('\n')
          .findLast((line) => line.startsWith('data: {') && line.includes('"modelgraph":'));
        const event: unknown = JSON.parse(last?.slice('data: '.length) ?? '{}');
        const inEvent =
          typeof event === 'object' && event !== null
            ? (routeIn(event) ?? routeIn(Object(Reflect.get(event, 'response'))))
            : undefined;
        expect(comment === undefined ? inEvent : JSON.parse(comment)).toMatchObject(reasonOf(model));
      }
      let said = '';
      for await (const chunk of await openai.chat.completions.create(asked, ASKS))
        said += chunk.choices[0]?.delta.content ?? '';
      expect(said).toMatch(/\S/);
      const stream = anthropic.messages.stream({ ...routed(model), messages: SAID, max_tokens: 100 }, ASKS);
      expect((await stream.finalMessage()).stop_reason).toBe('end_turn');
    });
  },
);

it('nothing is said where nobody asks, and a wrong word is refused', async () => {
  const { chat: model } = SANDBOX;
  const plain = await openai.chat.completions.create({ model, messages: SAID });
  expect(routeIn(plain)).toBeUndefined();
  await expect(
    openai.chat.completions.create({ model, messages: SAID }, { headers: { 'x-modelgraph-explain': 'all' } }),
  ).rejects.toMatchObject({ status: 400, param: 'modelgraph.explain' });
});

it('operations say it too: in their body, bytes in a header', async () => {
  const model = SANDBOX.chat;
  const reason = { requested: model, candidates: [model], strategy: 'PRIORITY' };
  const embeddings = await openai.embeddings.create({ model, input: 'Hello' }, ASKS);
  expect(routeIn(embeddings)).toMatchObject(reason);
  const images = await openai.images.generate({ model, prompt: 'The sky' }, ASKS);
  expect(routeIn(images)).toMatchObject(reason);
  const moderation = await openai.moderations.create({ model, input: 'Hello' }, ASKS);
  expect(routeIn(moderation)).toMatchObject(reason);
  const speech = await openai.audio.speech.create({ model, input: 'Hello', voice: 'alloy' }, ASKS);
  expect(JSON.parse(speech.headers.get('x-modelgraph-route') ?? '{}')).toEqual(reason);
});
