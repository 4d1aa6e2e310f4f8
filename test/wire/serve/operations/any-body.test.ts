import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../../../src/domain/json.ts';
import { readChatImage } from '../../../../src/wire/serve/operations/chat-image.ts';
import { embeddings } from '../../../../src/wire/serve/operations/embeddings.ts';
import { imageEdits } from '../../../../src/wire/serve/operations/image-edits.ts';
import { imageGenerations } from '../../../../src/wire/serve/operations/image-generations.ts';
import { moderations } from '../../../../src/wire/serve/operations/moderations.ts';
import { rerank } from '../../../../src/wire/serve/operations/rerank.ts';
import { speech } from '../../../../src/wire/serve/operations/speech.ts';
import { transcriptions } from '../../../../src/wire/serve/operations/transcriptions.ts';
import { translations } from '../../../../src/wire/serve/operations/translations.ts';
import type { ClientFormField } from '../../../../src/wire/serve/served-operation.ts';

const IMAGE = 'data:image/png;base64,iVBORw0KGgo=';
const BYTES = new Uint8Array([1]);

/** Right bodies, of which one part at a time is put out of joint. */
const BODIES: readonly (readonly [string, (body: JsonObject) => { readonly kind: string }, JsonObject])[] = [
  [
    'embeddings',
    (body) => embeddings.read({ kind: 'JSON', body }),
    {
      model: 'm',
      input: ['a'],
      encoding_format: 'float',
      dimensions: 3,
      user: 'u',
      input_type: 'query',
      purpose: 'x',
    },
  ],
  [
    'images',
    (body) => imageGenerations.read({ kind: 'JSON', body }),
    { model: 'm', prompt: 'p', n: 1, size: '1x1', quality: 'q', style: 's', seed: 1, stream: false },
  ],
  [
    'edits',
    (body) => imageEdits.read({ kind: 'JSON', body }),
    {
      model: 'm',
      prompt: 'p',
      image: IMAGE,
      images: [{ image_url: { url: IMAGE } }, IMAGE],
      mask: { url: IMAGE },
    },
  ],
  [
    'speech',
    (body) => speech.read({ kind: 'JSON', body }),
    { model: 'm', input: 'a', voice: { id: 'v' }, response_format: 'mp3', speed: 1, language: 'en' },
  ],
  [
    'moderations',
    (body) => moderations.read({ kind: 'JSON', body }),
    {
      model: 'm',
      input: [
        { type: 'text', text: 'a' },
        { type: 'image_url', image_url: { url: IMAGE } },
      ],
    },
  ],
  [
    'rankings',
    (body) => rerank.read({ kind: 'JSON', body }),
    { model: 'm', query: 'q', documents: ['a', { text: 'b' }], top_n: 1, return_documents: true },
  ],
  [
    'images through chat',
    readChatImage,
    {
      model: 'm',
      messages: [
        { role: 'assistant', content: `![a](${IMAGE})`, images: [{ image_url: { url: IMAGE } }] },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'p' },
            { type: 'image_url', image_url: { url: IMAGE } },
          ],
        },
      ],
      n: 1,
      image_config: { aspect_ratio: '1:1' },
      stream_options: { include_usage: true },
      response_format: { type: 'text' },
    },
  ],
];

const ODDITIES: readonly JsonValue[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  '',
  'x',
  '\u0000\ud800',
  [],
  {},
  [null],
  [[]],
  [{}],
  { url: 1 },
  JSON.parse('{"__proto__":{"a":1},"constructor":1,"toString":1,"type":"text"}'),
  JSON.parse('['.repeat(5_000) + ']'.repeat(5_000)),
];

/** The value with each of its parts, however deep, replaced by the oddity; and each object with a strange member more. */
const bent = (value: JsonValue, oddity: JsonValue): readonly JsonValue[] => {
  if (typeof value !== 'object' || value === null) return [oddity];
  const entries = Object.entries(value);
  const inside = entries.flatMap(([name, part]) =>
    bent(part, oddity).map((other): JsonValue => {
      const pairs = entries.map(([key, old]) => [key, key === name ? other : old] as const);
      return Array.isArray(value) ? pairs.map(([, item]) => item) : Object.fromEntries(pairs);
    }),
  );
  return [oddity, ...inside, ...(Array.isArray(value) ? [] : [{ ...value, __proto__x: oddity }])];
};

const isObject = (value: JsonValue): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

describe('no body makes a reader throw', () => {
  it.each(BODIES)('%s', (_name, read, body) => {
    expect(read(body)).toMatchObject({ kind: 'OK' });
    const bodies = ODDITIES.flatMap((oddity) => bent(body, oddity)).filter(isObject);
    expect(bodies.length).toBeGreaterThan(50);
    const kinds = bodies.map((each) => read(each).kind);
    expect(kinds.every((kind) => kind === 'OK' || kind === 'INVALID')).toBe(true);
    expect(kinds).toContain('INVALID');
  });

  it.each([
    ['edits', imageEdits],
    ['transcriptions', transcriptions],
    ['translations', translations],
  ] as const)('nor does a form: %s', (_name, served) => {
    const names = [
      'model',
      'prompt',
      'file',
      'image',
      'image[]',
      'mask',
      'n',
      '',
      '__proto__',
      'constructor',
      '[]',
    ];
    const values = ['', 'x', '-1', '1e9', 'null', '{"a":', '\u0000'];
    const odd = names.flatMap((name): ClientFormField[] => [
      ...values.map((value) => ({ name, value })),
      { name, fileName: '', mediaType: '', bytes: new Uint8Array() },
      { name, fileName: '/../\r\n', mediaType: ';;', bytes: BYTES },
    ]);
    const base: readonly ClientFormField[] = [
      { name: 'model', value: 'm' },
      { name: 'prompt', value: 'p' },
      { name: served === imageEdits ? 'image' : 'file', fileName: 'a', mediaType: 'image/png', bytes: BYTES },
    ];
    expect(served.read({ kind: 'FORM', fields: base })).toMatchObject({ kind: 'OK' });
    for (const field of odd) {
      expect(served.read({ kind: 'FORM', fields: [field] }).kind).toBe('INVALID');
      expect(['OK', 'INVALID']).toContain(served.read({ kind: 'FORM', fields: [...base, field] }).kind);
    }
  });

  it.each([
    ['embeddings', embeddings],
    ['images', imageGenerations],
    ['speech', speech],
    ['moderations', moderations],
    ['rankings', rerank],
  ] as const)('nor does a form where there is none: %s', (_name, served) => {
    expect(served.read({ kind: 'FORM', fields: [] })).toEqual({
      kind: 'INVALID',
      path: '',
      problem: 'is a form; takes JSON.',
    });
  });
});
