import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import { chatDialect } from '../../../src/wire/serve/chat/dialect.ts';
import { legacyDialect } from '../../../src/wire/serve/chat/legacy/dialect.ts';
import { STATUS_OF } from '../../../src/wire/serve/client-error.ts';
import { messagesDialect } from '../../../src/wire/serve/messages/dialect.ts';
import { embeddings } from '../../../src/wire/serve/operations/embeddings.ts';
import { responsesDialect } from '../../../src/wire/serve/responses/dialect.ts';
import { UnreadFields } from '../../../src/wire/serve/unread-fields.ts';

const MESSAGES = [{ role: 'user', content: 'Hello' }];
const CHAT = { model: 'm', messages: MESSAGES };
const OPENAI_FORMATS = [
  { name: 'chat', dialect: chatDialect, whole: CHAT },
  { name: 'legacy', dialect: legacyDialect, whole: { model: 'm', prompt: 'Hello' } },
  { name: 'responses', dialect: responsesDialect, whole: { model: 'm', input: 'Hello' } },
];

const READERS: readonly (readonly [string, (fields: JsonObject) => unknown])[] = [
  ...OPENAI_FORMATS.map(
    ({ name, dialect, whole }) =>
      [name, (fields: JsonObject) => dialect.read({ ...whole, ...fields })] as const,
  ),
  ['messages', (fields) => messagesDialect.read({ ...CHAT, max_tokens: 1, ...fields })],
  [
    'embeddings',
    (fields) => embeddings.read({ kind: 'JSON', body: { model: 'm', input: 'Hello', ...fields } }),
  ],
];

test.each(READERS)('%s tells what is wrong in the same words', (_name, read) => {
  const wrong = (model: JsonObject[string]) => read({ model });
  const problem = (words: string) => ({ kind: 'INVALID', path: 'model', problem: words });
  expect(wrong(5)).toEqual(problem('is a number; takes text.'));
  expect(wrong(['m'])).toEqual(problem('is a list; takes text.'));
  expect(wrong(null)).toEqual(problem('is null; takes text.'));
  expect(wrong('')).toEqual(problem('is empty.'));
});

describe.each(OPENAI_FORMATS)("of OpenAI's formats, $name", ({ dialect, whole }) => {
  test.each(Object.keys(STATUS_OF) as (keyof typeof STATUS_OF)[])('tells %s as chat does', (kind) => {
    const error = { kind, code: 'a', message: 'b' } as const;
    expect(dialect.writeError(error)).toEqual(chatDialect.writeError(error));
    expect(dialect.statusOf(error)).toBe(chatDialect.statusOf(error));
  });

  test('takes 16 tags with names of up to 64 characters', () => {
    const tags = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`tag_${index}`, 'x']));
    const read = (metadata: JsonObject) => dialect.read({ ...whole, metadata });
    expect(read(tags(16))).toMatchObject({ kind: 'OK', request: { metadata: tags(16) } });
    expect(read(tags(17))).toEqual({
      kind: 'INVALID',
      path: 'metadata',
      problem: 'has 17 tags; takes at most 16.',
    });
    const long = 'x'.repeat(65);
    expect(read({ [long]: '' })).toEqual({
      kind: 'INVALID',
      path: `metadata.${long}`,
      problem: 'is a name that has 65 characters; takes at most 64.',
    });
  });

  test.each([
    ['auto', {}, []],
    ['default', { serviceTier: 'STANDARD' }, []],
    ['on_demand', { serviceTier: 'STANDARD' }, []],
    ['flex', { serviceTier: 'FLEX' }, []],
    ['batch', {}, ['service_tier']],
    ['scale', {}, ['service_tier']],
  ])('reads the service tier %s', (service_tier, request, unread) => {
    const read = dialect.read({ ...whole, service_tier });
    expect(read).toMatchObject({
      kind: 'OK',
      request,
      unread: unread.map((name) => ({ name, isEssential: false })),
    });
    if (unread.length > 0 || service_tier === 'auto') expect(read).not.toHaveProperty('request.serviceTier');
  });
});

test.each([
  [
    'chat',
    (url: string) =>
      chatDialect.read({
        model: 'm',
        messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }],
      }),
  ],
  [
    'responses',
    (image_url: string) =>
      responsesDialect.read({
        model: 'm',
        input: [{ role: 'user', content: [{ type: 'input_image', image_url }] }],
      }),
  ],
])('%s reads data: URLs by their plain type', (_name, read) => {
  const source = { kind: 'data', mediaType: 'image/png', base64: 'AAAA' };
  const request = { messages: [{ role: 'user', parts: [{ type: 'image', source }] }] };
  expect(read('data:image/png;base64,AAAA')).toMatchObject({ request });
  expect(read('DATA:Image/PNG;name=a.png;base64,AAAA')).toMatchObject({ request });
  expect(read('data:image/png,AAAA')).toMatchObject({
    kind: 'INVALID',
    problem: 'takes data: URLs of the form data:image/png;base64,… alone.',
  });
});

describe('unread fields', () => {
  test('the same field of many members is named once, members of the body each', () => {
    const unread = new UnreadFields();
    for (const index of [3, 4, 5]) unread.add(`messages[${index}].content[0].novel`);
    unread.addUnknown('tools[1]', { type: 'x', novel: 1, nothing: null }, new Set(['type']));
    unread.add('tools[2]');
    unread.add('tools[4]', true);
    expect(unread.list().map(({ name }) => name)).toEqual([
      'tools[4]',
      'messages[3].content[0].novel',
      'tools[1].novel',
      'tools[2]',
    ]);
    expect(unread.hasEssential()).toBe(true);
  });

  test('of very many, how many more there are', () => {
    const unread = new UnreadFields();
    for (let index = 0; index < 70; index += 1) unread.add(`field_${index}`);
    unread.add('heart', true);
    const list = unread.list();
    expect(list).toHaveLength(51);
    expect(list[0]).toEqual({ name: 'heart', isEssential: true });
    expect(list.at(-1)).toEqual({ name: 'and 21 more', isEssential: false });
  });
});
