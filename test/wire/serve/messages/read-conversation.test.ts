import { describe, expect, test } from 'vitest';
import type { JsonObject, JsonValue } from '../../../../src/domain/json.ts';
import { readTokenCount } from '../../../../src/wire/serve/messages/token-count.ts';
import { ASK, read, TOOL } from './read-bodies.ts';

const userParts = (...content: readonly JsonValue[]) => {
  const { request, unread } = read({ messages: [{ role: 'user', content }] });
  return { parts: request.messages.flatMap((one) => (one.role === 'user' ? one.parts : [])), unread };
};
const CALLED = [
  { role: 'user', content: 'x' },
  { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 't', input: { a: 1 } }] },
];

describe('the conversation', () => {
  test('the system prompt is cut at its marks', () => {
    const block = (text: string, cache_control?: JsonObject) => ({
      type: 'text',
      text,
      ...(cache_control && { cache_control }),
    });
    const { request } = read({
      system: [
        block('a'),
        block('b', { type: 'ephemeral' }),
        block(''),
        block('c', { type: 'ephemeral', ttl: '1h' }),
        block('d'),
      ],
    });
    expect(request.messages.slice(0, -1)).toEqual([
      { role: 'system', text: 'a\n\nb', cache: '5m' },
      { role: 'system', text: 'c', cache: '1h' },
      { role: 'system', text: 'd' },
    ]);
    expect(read({ system: 'x' }).request.messages[0]).toEqual({ role: 'system', text: 'x' });
  });

  test.each<[string, JsonObject, readonly JsonObject[]]>([
    [
      'text',
      { type: 'text', text: 'a', cache_control: { type: 'ephemeral' } },
      [{ type: 'text', text: 'a', cache: '5m' }],
    ],
    [
      'image',
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
      [{ type: 'image', source: { kind: 'data', mediaType: 'image/png', base64: 'AAAA' } }],
    ],
    [
      'image by address',
      { type: 'image', source: { type: 'url', url: 'https://example.org/a.png' } },
      [{ type: 'image', source: { kind: 'remote', url: 'https://example.org/a.png', ifNeeded: true } }],
    ],
    [
      'PDF',
      {
        type: 'document',
        title: 'T.pdf',
        context: 'C',
        source: { type: 'base64', media_type: 'application/pdf', data: 'AAAA' },
        cache_control: { type: 'ephemeral' },
      },
      [
        { type: 'text', text: 'C' },
        {
          type: 'file',
          name: 'T.pdf',
          source: { kind: 'data', mediaType: 'application/pdf', base64: 'AAAA' },
          cache: '5m',
        },
      ],
    ],
    [
      'PDF by address',
      { type: 'document', source: { type: 'url', url: 'https://example.org/a.pdf' } },
      [{ type: 'file', source: { kind: 'remote', url: 'https://example.org/a.pdf', ifNeeded: true } }],
    ],
    [
      'document of text',
      { type: 'document', title: 'T', source: { type: 'text', media_type: 'text/plain', data: 'words' } },
      [
        { type: 'text', text: 'T' },
        { type: 'text', text: 'words' },
      ],
    ],
    [
      'document of blocks',
      {
        type: 'document',
        source: {
          type: 'content',
          content: [
            { type: 'text', text: 'a' },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
          ],
        },
      },
      [
        { type: 'text', text: 'a' },
        { type: 'image', source: { kind: 'data', mediaType: 'image/png', base64: 'AAAA' } },
      ],
    ],
    [
      'search result',
      { type: 'search_result', source: 'https://s', title: 'T', content: [{ type: 'text', text: 'found' }] },
      [{ type: 'text', text: 'T\nhttps://s\nfound' }],
    ],
  ])('%s', (_name, block, expected) => {
    expect(userParts(block)).toEqual({ parts: expected, unread: [] });
  });

  test.each<[string, JsonObject, string, boolean]>([
    [
      'a file that Anthropic keeps',
      { type: 'document', source: { type: 'file', file_id: 'f' } },
      '[file f]',
      true,
    ],
    [
      'an image that Anthropic keeps',
      { type: 'image', source: { type: 'file', file_id: 'f' } },
      '[file f]',
      true,
    ],
    ['a block without text', { type: 'container_upload', file_id: 'f' }, '[container_upload]', true],
    [
      'a block with text',
      { type: 'of_tomorrow', content: [{ type: 'text', text: 'words' }] },
      'words',
      false,
    ],
  ])('%s is unread', (_name, block, text, isEssential) => {
    const { parts, unread } = userParts(block);
    expect(parts).toEqual([{ type: 'text', text }]);
    expect(unread).toEqual([{ name: expect.stringMatching(/^messages\[0\]\.content\[0\]/), isEssential }]);
  });

  test('citations that are asked for are unread', () => {
    const source = { type: 'text', media_type: 'text/plain', data: 'words' };
    expect(userParts({ type: 'document', citations: { enabled: true }, source }).unread).toEqual([
      { name: 'messages[0].content[0].citations', isEssential: false },
    ]);
  });

  test('empty texts are left out, and messages of nothing else', () => {
    const { request } = read({
      messages: [
        { role: 'user', content: '' },
        { role: 'assistant', content: [{ type: 'text', text: '' }] },
        {
          role: 'user',
          content: [
            { type: 'text', text: '' },
            { type: 'text', text: 'x' },
          ],
        },
      ],
    });
    expect(request.messages).toEqual([{ role: 'user', parts: [{ type: 'text', text: 'x' }] }]);
  });

  test('results of tools come before the rest of their message, their images after them', () => {
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } };
    const { request, unread } = read({
      messages: [
        ...CALLED,
        {
          role: 'user',
          content: [
            { type: 'text', text: 'first' },
            {
              type: 'tool_result',
              tool_use_id: 'toolu_1',
              is_error: true,
              content: [{ type: 'text', text: 'a' }, image, { type: 'text', text: 'b' }],
              cache_control: { type: 'ephemeral' },
            },
            { type: 'tool_result', tool_use_id: 'toolu_1', content: [image] },
            { type: 'tool_result', tool_use_id: 'toolu_1' },
          ],
        },
      ],
    });
    const toolCallId = 'toolu_1';
    const label = { type: 'text', text: 'Output of the tool call toolu_1:', toolCallId };
    const part = {
      type: 'image',
      source: { kind: 'data', mediaType: 'image/png', base64: 'AAAA' },
      toolCallId,
    };
    const result = { role: 'tool', toolCallId: 'toolu_1', name: 't' };
    expect(request.messages.slice(1)).toEqual([
      {
        role: 'assistant',
        text: '',
        reasoning: [],
        toolCalls: [{ id: 'toolu_1', name: 't', arguments: '{"a":1}' }],
      },
      { ...result, text: 'a\nb', isError: true, cache: '5m' },
      { ...result, text: 'See the next message.', isError: false },
      { ...result, text: '', isError: false },
      { role: 'user', parts: [label, part, label, part, { type: 'text', text: 'first' }] },
    ]);
    expect(unread).toEqual([]);
  });

  test('what tools of the provider did is unread, and their text kept', () => {
    const { request, unread, body } = read({
      messages: [
        { role: 'user', content: 'x' },
        {
          role: 'assistant',
          content: [
            { type: 'server_tool_use', id: 's', name: 'web_search', input: {} },
            { type: 'code_execution_tool_result', tool_use_id: 's', content: { type: 'r', stdout: '42' } },
            { type: 'text', text: ' So.', citations: [{ type: 'char_location', cited_text: 'c' }] },
          ],
        },
      ],
    });
    expect(request.messages[1]).toMatchObject({ role: 'assistant', text: '42 So.' });
    expect(unread.map(({ name }) => name)).toEqual([
      'messages[1].content[0]',
      'messages[1].content[2].citations',
    ]);
    expect(unread.every(({ isEssential }) => !isEssential)).toBe(true);
    expect(body).toBeUndefined();
  });

  test('citations made here go to no provider as they came, nor do broken blocks of ours', () => {
    const citation = {
      type: 'web_search_result_location',
      url: 'https://a',
      cited_text: '',
      encrypted_index: '',
      title: null,
    };
    const said = (block: JsonObject) =>
      read({
        messages: [
          { role: 'user', content: 'x' },
          { role: 'assistant', content: [{ type: 'text', text: 'a' }, block] },
        ],
      });
    const left = (...blocks: readonly JsonObject[]) => ({
      messages: [{}, { content: [{ type: 'text', text: 'a' }, ...blocks] }],
    });
    expect(said({ type: 'text', text: 'b', citations: [citation] }).body).toMatchObject(
      left({ type: 'text', text: 'b' }),
    );
    expect(said({ type: 'thinking', thinking: 'hm', signature: '' }).body).toMatchObject(left());
    expect(said({ type: 'redacted_thinking', data: 'mgtc1.!!' })).toMatchObject({
      body: left(),
      unread: [{ name: 'messages[1].content[1]', isEssential: false }],
    });
    expect(said({ type: 'redacted_thinking', data: 'EAAA' }).body).toBeUndefined();
  });

  test('a system message in the middle, and a beginning of the answer, stay where they are', () => {
    const { request } = read({
      messages: [
        { role: 'user', content: 'x' },
        { role: 'system', content: 'Be brief.' },
        { role: 'assistant', content: '{' },
      ],
      cache_control: { type: 'ephemeral', ttl: '1h' },
    });
    expect(request.messages.slice(1)).toEqual([
      { role: 'system', text: 'Be brief.' },
      { role: 'assistant', text: '{', reasoning: [], toolCalls: [], cache: '1h' },
    ]);
  });

  test('automatic caching marks the last part that has no mark', () => {
    expect(read({ cache_control: { type: 'ephemeral' } }).request.messages).toEqual([
      { role: 'user', parts: [{ type: 'text', text: 'Hello', cache: '5m' }] },
    ]);
  });
});

test('tokens are counted of a body without max_tokens', () => {
  const { max_tokens: _, ...body } = ASK;
  expect(readTokenCount({ ...body, tools: [TOOL], of_tomorrow: 1 })).toMatchObject({
    kind: 'OK',
    model: 'm',
    input: { messages: [{ role: 'user' }], tools: [{ name: 't' }] },
    unread: [{ name: 'of_tomorrow', isEssential: false }],
  });
  expect(readTokenCount({})).toMatchObject({ kind: 'INVALID', path: 'model' });
});
