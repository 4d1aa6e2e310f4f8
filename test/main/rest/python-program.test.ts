import { beforeAll, describe, expect, it } from 'vitest';
import { type RestServer, restServer } from './rest-server.ts';

// The calls of a program in Python that uses a relay's endpoint over plain HTTP: its requests, unchanged.

const TIMEOUT_MS = 30_000;

let rest: RestServer;
beforeAll(async () => {
  rest = await restServer();
});

// biome-ignore lint/suspicious/noExplicitAny: answers of several shapes
type Answer = { readonly status: number; readonly body: any };

const post = async (path: string, payload: object): Promise<Answer> => {
  const response = await fetch(`${rest.base}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${rest.key}`, 'content-type': 'application/json' },
    body: JSON.stringify(payload),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  return { status: response.status, body: await response.json() };
};

const chat = (model: string, prompt: string, rest: object = {}): Promise<Answer> =>
  post('/chat/completions', {
    model,
    messages: [
      { role: 'system', content: 'You are a helpful assistant.' },
      { role: 'user', content: prompt },
    ],
    temperature: 0.7,
    max_tokens: 1_000,
    stream: false,
    ...rest,
  });

const textOf = ({ body }: Answer): string => body.choices[0].message.content;

const chooseModel = (prompt: string): string => {
  const words = prompt.split(/\s+/).length;
  if (words < 50) return 'gpt-4o-mini';
  return words < 200 ? 'claude-3-5-sonnet' : 'gpt-4o';
};

describe('a program of plain HTTP requests', () => {
  it.each([
    ['gpt-4o-mini', 5],
    ['claude-3-5-sonnet', 100],
    ['gpt-4o', 300],
  ])('chooses %s by the number of words and is answered', async (model, words) => {
    const prompt = Array.from({ length: words }, (_, n) => `word${n}`).join(' ');
    expect(chooseModel(prompt)).toBe(model);
    const answer = await chat(chooseModel(prompt), prompt);
    expect(answer.status).toBe(200);
    expect(textOf(answer)).toBe(prompt);
    expect(answer.body.usage.total_tokens).toBe(
      answer.body.usage.prompt_tokens + answer.body.usage.completion_tokens,
    );
    const { body } = rest.upstream.requests.at(-1) ?? {};
    expect(body.model).toMatch(new RegExp(`^${model}`));
    expect(JSON.stringify(body)).toContain('You are a helpful assistant.');
  });

  it('asks two models at once and takes the first', async () => {
    const asked = ['gpt-4o-mini', 'claude-3-5-sonnet'].map((model) => chat(model, 'Who is first?'));
    expect(textOf(await Promise.race(asked))).toBe('Who is first?');
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([200, 200]);
  });

  it('passes keyword arguments on that nobody here knows', async () => {
    const extra = {
      top_p: 0.9,
      web_search_options: { search_context_size: 'low' },
      entirely_new: [1, 'two'],
    };
    expect((await chat('gpt-4o-mini', 'Hello.', extra)).status).toBe(200);
    expect(rest.upstream.requests.at(-1)?.body).toMatchObject(extra);
  });

  it('is told of keyword arguments that another format has no place for', async () => {
    const answer = await chat('claude-3-5-sonnet', 'Hello.', { entirely_new: true });
    expect(answer.status).toBe(200);
    expect(answer.body.modelgraph.warnings).toMatchObject([{ parameter: 'entirely_new' }]);
    expect(JSON.stringify(rest.upstream.requests.at(-1)?.body)).not.toContain('entirely_new');
  });

  it('has a picture made through chat completions', async () => {
    const answer = await post('/chat/completions', {
      model: 'gpt-image-1',
      messages: [{ role: 'user', content: 'A cat in the snow' }],
      n: 1,
      quality: 'low',
    });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ object: 'chat.completion' });
    expect(textOf(answer)).toMatch(/!\[[^\]]*\]\((data:image\/png;base64,|https?:\/\/)/);
    expect(rest.upstream.requests.at(-1)).toMatchObject({
      path: '/v1/images/generations',
      body: { prompt: 'A cat in the snow', quality: 'low' },
    });
  });

  it('has to sign in', async () => {
    const response = await fetch(`${rest.base}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({
      error: { message: expect.any(String), code: 'missing_api_key' },
    });
  });
});
