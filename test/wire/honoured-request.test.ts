import { expect, test } from 'vitest';
import type { CompletionRequest, RequestParameter } from '../../src/domain/completion-request.ts';
import { hasCacheMarks, hasMedia, honouredRequest } from '../../src/wire/honoured-request.ts';
import { WEATHER } from './requests.ts';

const url = { kind: 'url', url: 'https://example.com/x' } as const;
const data = { kind: 'data', mediaType: 'x/y', base64: 'eA==' } as const;
const request: CompletionRequest = {
  tools: [{ ...WEATHER, cache: '1h' }],
  seed: 1,
  topK: 2,
  messages: [
    { role: 'system', text: 'S', cache: '1h' },
    {
      role: 'user',
      parts: [
        { type: 'text', text: 'T', cache: '5m' },
        { type: 'image', source: url },
        { type: 'image', source: data },
        { type: 'audio', source: url },
        { type: 'audio', source: data },
        { type: 'file', source: url },
        { type: 'file', source: data, cache: '5m' },
      ],
    },
    { role: 'assistant', text: 'A', reasoning: [], toolCalls: [], cache: '5m' },
    { role: 'tool', toolCallId: 'c', text: 'R', isError: false, cache: '5m' },
  ],
};

const without = (...names: readonly RequestParameter[]): CompletionRequest =>
  honouredRequest(
    request,
    names.map((name) => ({ name, problem: '' })),
  );

const MEDIA = [
  ['imageUrl', 'image', 'url'],
  ['imageData', 'image', 'data'],
  ['audioUrl', 'audio', 'url'],
  ['audioData', 'audio', 'data'],
  ['fileUrl', 'file', 'url'],
  ['fileData', 'file', 'data'],
] as const;

test.each(MEDIA)('without %s there is none, and all else is as it was', (name, type, kind) => {
  expect(hasMedia(request, type, kind)).toBe(true);
  const kept = without(name);
  expect(hasMedia(kept, type, kind)).toBe(false);
  for (const [, otherType, otherKind] of MEDIA.filter(([other]) => other !== name))
    expect(hasMedia(kept, otherType, otherKind)).toBe(true);
  expect(kept).toMatchObject({ seed: 1, topK: 2, tools: request.tools });
});

test('without cache marks there are none anywhere, and nothing else is lost', () => {
  expect(hasCacheMarks(request)).toBe(true);
  const kept = without('cache');
  expect(hasCacheMarks(kept)).toBe(false);
  expect(JSON.stringify(kept)).toBe(JSON.stringify(request).replaceAll(/,"cache":"(5m|1h)"/g, ''));
  for (const message of request.messages)
    expect(hasCacheMarks({ messages: [message], tools: [] })).toBe(true);
});

test('without parameters and tools', () => {
  expect(without('seed', 'tools')).toEqual({ messages: request.messages, tools: [], topK: 2 });
  expect(without()).toBe(request);
});
