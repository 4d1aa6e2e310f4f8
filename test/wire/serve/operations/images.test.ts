import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { usageOf } from '../../../../src/domain/usage.ts';
import type { ImageOptions } from '../../../../src/wire/serve/operations/image-fields.ts';
import { imageGenerations } from '../../../../src/wire/serve/operations/image-generations.ts';
import { imagesReply } from '../../../../src/wire/serve/operations/images-reply.ts';
import { recordWith, serve } from './operation-server.ts';

const PNG = Buffer.from('\x89PNG\r\n\x1a\nrest', 'latin1');
const image = { mediaType: 'image/png', bytes: PNG };
const BASE64 = PNG.toString('base64');

const read = (body: object) =>
  imageGenerations.read({ kind: 'JSON', body: JSON.parse(JSON.stringify(body)) });

describe('images of the official client', () => {
  let server: Awaited<ReturnType<typeof serve<'IMAGE_GENERATION', ImageOptions>>>;
  beforeAll(async () => {
    server = await serve(imageGenerations, '/v1/images/generations');
  });
  afterAll(() => server.close());

  it('are data, with what was used', async () => {
    server.answer(
      { images: [{ image, revisedPrompt: 'a better fox' }, { image }] },
      { usage: usageOf({ input: 10, imageInput: 5, imageOutput: 100 }) },
    );
    const answer = await server.client.images.generate({
      model: 'm',
      prompt: 'a fox',
      n: 2,
      size: '1024x1536',
      quality: 'high',
      style: 'vivid',
      background: 'transparent',
      output_format: 'webp',
      user: 'u',
    });
    expect(server.latest()).toMatchObject({
      model: 'm',
      user: 'u',
      input: {
        prompt: 'a fox',
        count: 2,
        size: '1024x1536',
        quality: 'high',
        style: 'vivid',
        background: 'TRANSPARENT',
        format: 'WEBP',
        images: [],
      },
      unread: [],
    });
    expect(answer).toMatchObject({
      created: 1_793_491_200,
      output_format: 'png',
      data: [{ b64_json: BASE64, revised_prompt: 'a better fox' }, { b64_json: BASE64 }],
      usage: {
        input_tokens: 15,
        output_tokens: 100,
        total_tokens: 115,
        input_tokens_details: { text_tokens: 10, image_tokens: 5 },
        output_tokens_details: { text_tokens: 0, image_tokens: 100 },
        cost: 1.2e-7,
      },
      modelgraph: { id: 'op_1' },
    });
  });

  it('are whole events where a stream is asked for, and what was used is said once', async () => {
    server.answer({ images: [{ image }, { image }] });
    const stream = await server.client.images.generate({
      model: 'm',
      prompt: 'a fox',
      n: 2,
      stream: true,
      partial_images: 2,
    });
    const events = [];
    for await (const event of stream) events.push(event);
    expect(events).toMatchObject([
      { type: 'image_generation.completed', b64_json: BASE64, output_format: 'png', size: 'auto' },
      { type: 'image_generation.completed', b64_json: BASE64, usage: { input_tokens: 12 } },
    ]);
    expect(events[0]).not.toHaveProperty('usage');
    expect(server.latest().unread).toEqual(['partial_images']);
  });
});

describe('a request for images', () => {
  it('leaves to the provider what is auto', () => {
    expect(
      read({ model: 'm', prompt: 'p', size: 'auto', quality: 'auto', background: 'auto', n: null }),
    ).toMatchObject({ kind: 'OK', input: { prompt: 'p', images: [], background: 'AUTO' }, unread: [] });
  });

  it('names what images do not take here', () => {
    expect(
      read({ model: 'm', prompt: 'p', moderation: 'low', output_compression: 50, seed: 7 }),
    ).toMatchObject({ input: { seed: 7 }, unread: ['moderation', 'output_compression'] });
  });

  it.each([
    [{ model: 'm' }, 'prompt', 'is missing.'],
    [{ model: 'm', prompt: '' }, 'prompt', 'is empty.'],
    [{ model: 'm', prompt: 'x'.repeat(32_001) }, 'prompt', 'has 32001 characters; takes at most 32000.'],
    [{ model: 'm', prompt: 'p', n: 11 }, 'n', 'is 11; takes at most 10.'],
    [{ model: 'm', prompt: 'p', n: '2' }, 'n', 'is text; takes a number.'],
    [
      { model: 'm', prompt: 'p', size: '1024' },
      'size',
      'takes WIDTHxHEIGHT in pixels, e.g. 1024x1024, or auto.',
    ],
    [
      { model: 'm', prompt: 'p', output_format: 'svg' },
      'output_format',
      'is "svg"; takes png, jpeg or webp.',
    ],
    [
      { model: 'm', prompt: 'p', response_format: 'bytes' },
      'response_format',
      'is "bytes"; takes b64_json or url.',
    ],
    [{ model: 'm', prompt: 'p', stream: 'yes' }, 'stream', 'is text; takes true or false.'],
  ])('that is wrong is told where: %#', (body, path, problem) => {
    expect(read(body)).toEqual({ kind: 'INVALID', path, problem });
  });
});

describe('images that are handed over by address', () => {
  const answer = { result: { images: [{ image }] }, record: recordWith('IMAGE_GENERATION') };

  it('are not sent as data too', () => {
    const options = read({ model: 'm', prompt: 'p', response_format: 'url' });
    if (options.kind === 'INVALID') throw new Error(options.problem);
    expect(options.options.wantsUrls).toBe(true);
    const reply = imagesReply(answer, options.options, ['https://here/media/1']);
    expect(reply).toMatchObject({ body: { data: [{ url: 'https://here/media/1' }] } });
    expect(JSON.stringify(reply)).not.toContain(BASE64);
  });
});
