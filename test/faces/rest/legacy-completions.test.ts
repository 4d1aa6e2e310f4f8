import OpenAI from 'openai';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Modelgraph } from '../../support/modelgraph.ts';
import { plainServer } from '../../support/plain-server.ts';

let server: Modelgraph;
let client: OpenAI;
beforeAll(async () => {
  server = await plainServer();
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: server.adminKey, maxRetries: 0 });
});

const ASKED = { model: 'sandbox/echo', prompt: ['one', 'two words'], n: 2, echo: true };
const ANSWERS = ['oneone', 'oneone', 'two wordstwo words', 'two wordstwo words'];

describe('several prompts of an older completion', () => {
  it('are each answered, in their order', async () => {
    const { choices, usage } = await client.completions.create(ASKED);
    expect(choices.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    expect(choices.map(({ text }) => text)).toEqual(ANSWERS);
    expect(usage).toMatchObject({ prompt_tokens: 6, completion_tokens: 6 });
  });

  it('come as one stream with one end', async () => {
    const texts = ['', '', '', ''];
    const ends: (string | null)[] = [];
    const stream = await client.completions.create({
      ...ASKED,
      stream: true,
      stream_options: { include_usage: true },
    });
    for await (const { choices, usage } of stream) {
      for (const { index, text, finish_reason } of choices) {
        texts[index] += text;
        if (finish_reason !== null) ends.push(finish_reason);
      }
      if (choices.length === 0) expect(usage).toMatchObject({ completion_tokens: 6 });
    }
    expect(texts).toEqual(ANSWERS);
    expect(ends).toEqual(['stop', 'stop', 'stop', 'stop']);
  });
});
