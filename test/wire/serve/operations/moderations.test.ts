import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ModerationOptions, moderations } from '../../../../src/wire/serve/operations/moderations.ts';
import { serve } from './operation-server.ts';

const read = (body: object) => moderations.read({ kind: 'JSON', body: JSON.parse(JSON.stringify(body)) });
const PIXEL = 'data:image/png;base64,iVBORw0KGgo=';

const HARMLESS = { flagged: false, categories: [{ name: 'violence', flagged: false, score: 0.01 }] };
const VIOLENT = {
  flagged: true,
  categories: [
    { name: 'violence', flagged: true, score: 0.9 },
    { name: 'hate', flagged: false },
  ],
};

describe('moderations of the official client', () => {
  let server: Awaited<ReturnType<typeof serve<'MODERATION', ModerationOptions>>>;
  beforeAll(async () => {
    server = await serve(moderations, '/v1/moderations');
  });
  afterAll(() => server.close());

  it('judge each text on its own', async () => {
    server.answer({ verdicts: [HARMLESS, VIOLENT] });
    const answer = await server.client.moderations.create({ model: 'm', input: ['a', 'b'] });
    expect(server.latest().input).toEqual({
      inputs: [
        { kind: 'text', text: 'a' },
        { kind: 'text', text: 'b' },
      ],
    });
    expect(answer).toMatchObject({ id: 'op_1', model: 'host/m', modelgraph: { attempts: 0 } });
    expect(answer.results).toEqual([
      {
        flagged: false,
        categories: { violence: false },
        category_scores: { violence: 0.01 },
        category_applied_input_types: { violence: ['text'] },
      },
      {
        flagged: true,
        categories: { violence: true, hate: false },
        // Nobody gave a score of the other: it is not 0.
        category_scores: { violence: 0.9 },
        category_applied_input_types: { violence: ['text'], hate: ['text'] },
      },
    ]);
  });

  it('have a model where none is named', async () => {
    server.answer({ verdicts: [HARMLESS] });
    await server.client.moderations.create({ input: 'a' });
    expect(server.latest().model).toBe('omni-moderation-latest');
  });

  it('judge the parts of one whole together, whoever judges them', async () => {
    server.answer({ verdicts: [HARMLESS, VIOLENT] });
    const answer = await server.client.moderations.create({
      model: 'm',
      input: [
        { type: 'text', text: 'a' },
        { type: 'image_url', image_url: { url: PIXEL } },
      ],
    });
    expect(server.latest().input.inputs).toMatchObject([
      { kind: 'text', text: 'a' },
      { kind: 'image', image: { mediaType: expect.stringMatching(/^image\/png$/) } },
    ]);
    expect(answer.results).toEqual([
      {
        flagged: true,
        categories: { violence: true, hate: false },
        category_scores: { violence: 0.9 },
      },
    ]);
  });
});

describe('a request for moderation', () => {
  it.each([
    [{ model: 'm' }, 'input', 'is missing.'],
    [{ model: 'm', input: '' }, 'input', 'is empty.'],
    [{ model: 'm', input: ['a', 3] }, 'input[1]', 'is a number; takes text.'],
    [{ input: [{ type: 'text' }] }, 'input[0].text', 'is missing.'],
    [
      { input: [{ type: 'image_url', image_url: 'https://a' }] },
      'input[0].image_url',
      'is text; takes an object.',
    ],
    [{ input: [{ type: 'audio' }] }, 'input[0].type', 'takes a part of `type` text or image_url.'],
    [
      { input: [{ type: 'image_url', image_url: { url: 'nowhere' } }] },
      'input[0].image_url.url',
      'takes an http(s) address, or a data: URL with base64 that is not empty.',
    ],
    [
      { input: Array.from({ length: 2_049 }, () => ({ type: 'text', text: 'a' })) },
      'input',
      'has 2049; takes at most 2048.',
    ],
  ])('that is wrong is told where: %#', (body, path, problem) => {
    expect(read(body)).toEqual({ kind: 'INVALID', path, problem });
  });
});
