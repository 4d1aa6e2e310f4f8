import { describe, expect, test } from 'vitest';
import { createSseParser, FRAME_LIMIT } from '../../src/wire/sse.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const parse = (text: string, size: number) => {
  const parser = createSseParser();
  const all = bytes(text);
  const frames = [];
  for (let from = 0; from < all.length; from += size)
    frames.push(...parser.push(all.subarray(from, from + size)));
  return [...frames, ...parser.end()];
};

describe('frames of a stream', () => {
  const frames = [{ data: 'é😀' }, { event: 'ping', data: '{}' }, { data: 'two\nlines' }, { data: '[DONE]' }];
  const lines = [
    ': a comment',
    '',
    'id: 7',
    'data: é😀',
    '',
    'retry: 3',
    'event: ping',
    'data:{}',
    '',
    'data: two',
    'data: lines',
    '',
    'data: [DONE]',
    '',
    '',
  ];

  test.each([
    ['LF', '\n'],
    ['CRLF', '\r\n'],
    ['CR', '\r'],
  ])('end in %s, wherever the pieces are cut', (_name, end) => {
    for (const size of [1, 2, 3, 5, 1_000]) expect(parse(lines.join(end), size)).toEqual(frames);
  });

  test('may begin with a byte order mark', () => {
    for (const size of [1, 2, 1_000]) expect(parse('\uFEFFdata: 1\n\n', size)).toEqual([{ data: '1' }]);
  });

  test('are given as soon as they are whole', () => {
    const parser = createSseParser();
    expect(parser.push(bytes('data: 1\n\ndata: 2\n'))).toEqual([{ data: '1' }]);
    expect(parser.push(bytes('\n'))).toEqual([{ data: '2' }]);
  });

  test('may lack the blank line at the very end, if their data is whole', () => {
    expect(parse('data: [DONE]', 4)).toEqual([{ data: '[DONE]' }]);
    expect(parse('data: {"a":1}\n', 4)).toEqual([{ data: '{"a":1}' }]);
    expect(parse('data: {"a":1', 4)).toEqual([]);
    expect(parse('data: {"a":"é', 4)).toEqual([]);
  });

  test('beyond the limit end the stream with an error', () => {
    const parser = createSseParser();
    const piece = bytes(`data: ${'x'.repeat(1024 * 1024)}\n`);
    const frames = Array.from({ length: 20 }, () => parser.push(piece)).flat();
    expect(frames).toHaveLength(1);
    expect(frames[0]).toMatchObject({ event: 'error', data: expect.stringContaining(String(FRAME_LIMIT)) });
    expect(parser.push(bytes('\n\ndata: 1\n\n'))).toEqual([]);
    expect(parser.end()).toEqual([]);
  });
});
