import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Modelgraph, startModelgraph } from '../../support/modelgraph.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startUpstream, type Upstream } from '../../support/upstream.ts';

const PNG = Buffer.from('\x89PNG\r\n\x1a\nrest', 'latin1');
const DATA_URL = `data:image/png;base64,${PNG.toString('base64')}`;
const model = 'openai/gpt-image-1';

/** Without its live sources the catalogue knows neither what this model can nor what its images cost. */
const FACTS = {
  models: [{ slug: model, facts: { capabilities: ['IMAGE_GENERATION'] } }],
  offerings: [
    {
      provider: 'openai',
      id: 'gpt-image-1',
      prices: [
        { meter: 'input', amount: '5', per: 1_000_000 },
        { family: 'TOKENS', direction: 'OUTPUT', modality: 'IMAGE', amount: '40', per: 1_000_000 },
      ],
    },
  ],
};

const folder = temporaryFolder();
let upstream: Upstream;
let server: Modelgraph;
let client: OpenAI;
beforeAll(async () => {
  upstream = await startUpstream();
  upstream.respond(() => ({
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      created: 1,
      data: [{ b64_json: PNG.toString('base64') }],
      usage: {
        input_tokens: 10,
        output_tokens: 100,
        total_tokens: 110,
        input_tokens_details: { text_tokens: 10, image_tokens: 0 },
      },
    }),
  }));
  const overrides = join(folder.path, 'facts.yaml');
  writeFileSync(overrides, JSON.stringify(FACTS));
  server = await startModelgraph({
    lists: 'SMALL',
    config: JSON.stringify({
      catalogue: { overrides },
      providers: [{ id: 'openai', baseUrl: `${upstream.url}/v1`, apiKey: 'sk-test-0123456789' }],
    }),
  });
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: server.adminKey, maxRetries: 0 });
});
afterAll(async () => {
  await server?.stop();
  await upstream?.close();
  folder.remove();
});

describe('a model that makes images, asked through chat completions', () => {
  it('answers with a picture, and what it cost', async () => {
    const { data, response } = await client.chat.completions
      .create({ model, messages: [{ role: 'user', content: 'a fox' }] })
      .withResponse();
    expect(upstream.requests.at(-1)).toMatchObject({
      path: '/v1/images/generations',
      body: { prompt: 'a fox' },
    });
    expect(data.choices[0]?.message.content).toBe(`![image](${DATA_URL})`);
    expect(data.usage).toMatchObject({ prompt_tokens: 10, completion_tokens: 100, cost: 0.00405 });
    expect(response.headers.get('x-modelgraph-cost')).toBe('0.00405 USD');
    expect(response.headers.get('x-request-id')).toBe(data.id);
  });

  it('streams it', async () => {
    const stream = client.chat.completions.stream({
      model,
      messages: [{ role: 'user', content: 'a fox' }],
      stream_options: { include_usage: true },
    });
    const answer = await stream.finalChatCompletion();
    expect(answer.choices[0]?.message).toMatchObject({
      content: `![image](${DATA_URL})`,
      images: [{ type: 'image_url', image_url: { url: DATA_URL } }],
    });
    expect(answer.usage?.completion_tokens).toBe(100);
  });

  it('changes the picture that it made before', async () => {
    await client.chat.completions.create({
      model,
      messages: [
        { role: 'user', content: 'a fox' },
        { role: 'assistant', content: `![image](${DATA_URL})` },
        { role: 'user', content: 'now with a hat' },
      ],
    });
    const asked = upstream.requests.at(-1);
    expect(asked?.path).toBe('/v1/images/edits');
    const form = Buffer.from(asked?.bytes ?? []);
    expect(form.includes(PNG)).toBe(true);
    expect(form.includes('now with a hat')).toBe(true);
  });

  it('hands it over by address where it is told to', async () => {
    const response = await fetch(`${server.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.adminKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        model,
        messages: [{ role: 'user', content: 'a fox' }],
        response_format: 'url',
      }),
    });
    const { choices } = await response.json();
    const [, url = ''] = /^!\[image\]\((http[^)]+)\)$/.exec(choices[0].message.content) ?? [];
    const found = await fetch(url);
    expect(Buffer.from(await found.arrayBuffer()).equals(PNG)).toBe(true);
  });

  it("tells in the client's words what is wrong", async () => {
    const error = await client.chat.completions
      .create({ model, messages: [{ role: 'system', content: 'a fox' }] })
      .catch((thrown) => thrown);
    expect(error).toBeInstanceOf(OpenAI.BadRequestError);
    expect(error).toMatchObject({ param: 'messages' });
  });
});
