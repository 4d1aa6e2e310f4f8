import { toFile } from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/domain/json.ts';
import { imageEdits } from '../../../../src/wire/serve/operations/image-edits.ts';
import type { ImageOptions } from '../../../../src/wire/serve/operations/image-fields.ts';
import type { ClientFormField } from '../../../../src/wire/serve/served-operation.ts';
import { serve } from './operation-server.ts';

const PNG = new Uint8Array(Buffer.from('\x89PNG\r\n\x1a\nrest', 'latin1'));
const DATA_URL = `data:image/png;base64,${Buffer.from(PNG).toString('base64')}`;
const file = (name: string): ClientFormField => ({
  name,
  fileName: 'a.png',
  mediaType: 'image/png',
  bytes: PNG,
});
const MODEL = { name: 'model', value: 'm' };
const PROMPT = { name: 'prompt', value: 'p' };

const json = (body: JsonObject) => imageEdits.read({ kind: 'JSON', body });
const form = (...fields: readonly ClientFormField[]) => imageEdits.read({ kind: 'FORM', fields });

describe('edits of the official client', () => {
  let server: Awaited<ReturnType<typeof serve<'IMAGE_GENERATION', ImageOptions>>>;
  beforeAll(async () => {
    server = await serve(imageEdits, '/v1/images/edits');
    server.answer({ images: [{ image: { mediaType: 'image/png', bytes: PNG } }] });
  });
  afterAll(() => server.close());

  it('bring one image and a mask', async () => {
    const answer = await server.client.images.edit({
      model: 'm',
      prompt: 'a hat',
      image: await toFile(PNG, 'photo.png', { type: 'image/png' }),
      mask: await toFile(PNG, 'mask.png', { type: 'image/png' }),
      n: 2,
      size: '256x256',
      input_fidelity: 'high',
    });
    const { input, unread, options } = server.latest();
    expect(input).toMatchObject({
      prompt: 'a hat',
      count: 2,
      size: '256x256',
      images: [{ mediaType: 'image/png', name: 'photo.png' }],
      mask: { mediaType: 'image/png', name: 'mask.png' },
    });
    expect(input.images[0]).toMatchObject({ bytes: PNG });
    expect(unread).toEqual(['input_fidelity']);
    expect(options.kind).toBe('edit');
    expect(answer.data?.[0]?.b64_json).toBe(Buffer.from(PNG).toString('base64'));
  });

  it('bring several images', async () => {
    await server.client.images.edit({
      model: 'm',
      prompt: 'both',
      image: [await toFile(PNG, 'one.png'), await toFile(PNG, 'two.png')],
    });
    expect(server.latest().input.images).toMatchObject([{ name: 'one.png' }, { name: 'two.png' }]);
  });

  it('are events of their own where a stream is asked for', async () => {
    const stream = await server.client.images.edit({
      model: 'm',
      prompt: 'p',
      image: await toFile(PNG, 'one.png'),
      stream: true,
    });
    const types = [];
    for await (const event of stream) types.push(event.type);
    expect(types).toEqual(['image_edit.completed']);
  });
});

describe('an edit in JSON', () => {
  it('names images by address or holds them, in all the shapes that are in use', () => {
    const remote = { kind: 'remote', url: 'https://a.example/x.png' };
    const here = { mediaType: 'image/png', bytes: Buffer.from(PNG) };
    expect(
      json({
        model: 'm',
        prompt: 'p',
        images: [
          { image_url: 'https://a.example/x.png' },
          { image_url: { url: DATA_URL } },
          { url: 'https://a.example/x.png' },
          DATA_URL,
        ],
        mask: { image_url: DATA_URL },
      }),
    ).toMatchObject({ kind: 'OK', input: { images: [remote, here, remote, here], mask: here }, unread: [] });
    expect(json({ model: 'm', prompt: 'p', image: DATA_URL })).toMatchObject({ input: { images: [here] } });
    expect(json({ model: 'm', prompt: 'p', image: [DATA_URL, DATA_URL] })).toMatchObject({
      input: { images: [here, here] },
    });
  });

  it.each([
    [{ model: 'm', prompt: 'p' }, 'images', 'is missing: which image shall be changed?'],
    [{ model: 'm', prompt: 'p', images: [] }, 'images', 'is missing: which image shall be changed?'],
    [{ model: 'm', prompt: 'p', images: [{ file_id: 'f' }] }, 'images[0]', /Ids of files are not known here/],
    [{ model: 'm', prompt: 'p', images: [DATA_URL, 'ftp://x'] }, 'images[1]', /^takes an http\(s\) address/],
    [{ model: 'm', prompt: 'p', image: 'data:image/png;base64,' }, 'image', /^takes an http\(s\) address/],
    [{ model: 'm', prompt: 'p', image: `https://a/${'x'.repeat(9_000)}` }, 'image', /of up to 8192/],
    [
      { model: 'm', prompt: 'p', images: Array.from({ length: 17 }, () => DATA_URL) },
      'images',
      'has 17; takes at most 16.',
    ],
    [{ model: 'm', prompt: 'p', image: DATA_URL, mask: 7 }, 'mask', /./],
  ])('that is wrong is told where: %#', (body, path, problem) => {
    expect(json(body)).toEqual({
      kind: 'INVALID',
      path,
      problem: typeof problem === 'string' ? problem : expect.stringMatching(problem),
    });
  });
});

describe('an edit as a form', () => {
  it('keeps a media type that could not be sent on to itself', () => {
    const strange = { name: 'image', fileName: 'a', mediaType: 'image/png\r\nx: y', bytes: PNG };
    expect(form(MODEL, PROMPT, strange)).toMatchObject({
      input: { images: [{ mediaType: 'application/octet-stream' }] },
    });
  });

  it('names fields and files that nobody here knows', () => {
    expect(form(MODEL, PROMPT, file('image[0]'), file('markup'), { name: 'x[y]', value: '1' })).toMatchObject(
      {
        kind: 'OK',
        unread: ['x[y]', 'markup'],
      },
    );
  });

  it.each([
    [[MODEL, PROMPT], 'image', 'is missing: which image shall be changed?'],
    [[MODEL, MODEL, PROMPT, file('image')], 'model', 'comes 2 times; once is taken.'],
    [[MODEL, PROMPT, file('image'), file('mask'), file('mask')], 'mask', 'comes 2 times; once is taken.'],
    [[MODEL, PROMPT, { name: 'n', value: 'two' }, file('image')], 'n', 'is text; takes a number.'],
    [[PROMPT, file('image')], 'model', 'is missing.'],
    [
      [MODEL, PROMPT, ...Array.from({ length: 17 }, () => file('image[]'))],
      'image',
      'comes 17 times; takes at most 16.',
    ],
  ])('that is wrong is told where: %#', (fields, path, problem) => {
    expect(form(...fields)).toEqual({ kind: 'INVALID', path, problem });
  });
});
