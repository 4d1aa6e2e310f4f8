import { describe, expect, test } from 'vitest';
import type { UserPart } from '../../../src/domain/completion-request.ts';
import { createAnthropicCodec } from '../../../src/wire/anthropic/codec.ts';
import { encoded, requestOf, unsupportedNames } from '../requests.ts';

const codec = createAnthropicCodec();
const MODEL = 'claude-sonnet-4-5';
const of = (...parts: readonly UserPart[]) => requestOf({ messages: [{ role: 'user', parts }] });
const data = (mediaType: string, text = 'x') =>
  ({ kind: 'data', mediaType, base64: Buffer.from(text).toString('base64') }) as const;
const url = (address: string) => ({ kind: 'url', url: address }) as const;

describe('media', () => {
  test('of every kind that there is a block for', () => {
    const request = of(
      { type: 'image', source: data('image/webp') },
      { type: 'image', source: url('https://example.com/a.png') },
      { type: 'file', source: data('application/pdf', '%PDF'), name: 'report.pdf' },
      { type: 'file', source: url('https://example.com/b.pdf') },
      { type: 'file', source: data('text/plain; charset=utf-8', 'Grüße'), name: 'note.txt' },
      { type: 'file', source: data('application/json', '{"a":1}') },
      { type: 'text', text: 'Compare.' },
    );
    expect(unsupportedNames(codec, MODEL, request)).toEqual([]);
    expect(encoded(codec, MODEL, request)).toMatchObject({
      warnings: [],
      body: {
        messages: [
          {
            content: [
              { type: 'image', source: { type: 'base64', media_type: 'image/webp', data: 'eA==' } },
              { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
              {
                type: 'document',
                source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERg==' },
                title: 'report.pdf',
              },
              { type: 'document', source: { type: 'url', url: 'https://example.com/b.pdf' } },
              {
                type: 'document',
                source: { type: 'text', media_type: 'text/plain', data: 'Grüße' },
                title: 'note.txt',
              },
              { type: 'document', source: { type: 'text', media_type: 'text/plain', data: '{"a":1}' } },
              { type: 'text', text: 'Compare.' },
            ],
          },
        ],
      },
    });
  });

  test('that cannot be read are listed and left out, and only these', () => {
    const request = of(
      { type: 'text', text: 'Hi' },
      { type: 'audio', source: data('audio/wav') },
      { type: 'audio', source: url('https://example.com/a.wav') },
      { type: 'image', source: data('image/tiff') },
      { type: 'image', source: data('image/png') },
      { type: 'file', source: data('application/zip') },
      { type: 'file', source: data('application/pdf') },
    );
    expect(codec.unsupported(MODEL, request)).toEqual([
      { name: 'audioUrl', problem: expect.any(String) },
      { name: 'audioData', problem: expect.any(String) },
      { name: 'imageData', problem: expect.stringContaining('image/tiff') },
      { name: 'fileData', problem: expect.stringContaining('application/zip') },
    ]);
    expect(encoded(codec, MODEL, request).body).toMatchObject({
      messages: [
        {
          content: [
            { type: 'text', text: 'Hi' },
            { type: 'image', source: { media_type: 'image/png' } },
            { type: 'document', source: { media_type: 'application/pdf' } },
          ],
        },
      ],
    });
  });
});

describe('on Vertex', () => {
  const vertex = createAnthropicCodec('vertex');

  test('the model is in the path and the version in the body', () => {
    const { call } = vertex.encode('claude-sonnet-4-5@20250929', requestOf(), true);
    expect(call.path).toBe('/publishers/anthropic/models/claude-sonnet-4-5@20250929:streamRawPredict');
    expect(call.headers).toEqual({ 'content-type': 'application/json' });
    const body: unknown = JSON.parse(call.body);
    expect(body).toMatchObject({ anthropic_version: 'vertex-2023-10-16', stream: true, max_tokens: 32_000 });
    expect(body).not.toHaveProperty('model');
    expect(vertex.encode('claude-opus-4-6', requestOf(), false).call.path).toBe(
      '/publishers/anthropic/models/claude-opus-4-6:rawPredict',
    );
  });

  test('a token goes into a header, and addresses and tiers are not taken', () => {
    expect(vertex.authorization('ya29')).toEqual({ authorization: 'Bearer ya29' });
    const request = of(
      { type: 'image', source: url('https://example.com/a.png') },
      { type: 'file', source: url('https://example.com/a.pdf') },
    );
    expect(unsupportedNames(vertex, MODEL, { ...request, serviceTier: 'PRIORITY' })).toEqual([
      'imageUrl',
      'fileUrl',
      'serviceTier',
    ]);
    expect(unsupportedNames(vertex, 'claude-opus-5', requestOf({ serviceTier: 'FAST' }))).toEqual([
      'serviceTier',
    ]);
    expect(unsupportedNames(vertex, MODEL, requestOf({ serviceTier: 'STANDARD' }))).toEqual([]);
  });
});

describe('service tiers', () => {
  test.each([
    ['STANDARD', { service_tier: 'standard_only' }],
    ['PRIORITY', { service_tier: 'auto' }],
  ] as const)('%s is %j', (serviceTier, fields) => {
    expect(unsupportedNames(codec, MODEL, requestOf({ serviceTier }))).toEqual([]);
    expect(encoded(codec, MODEL, requestOf({ serviceTier })).body).toMatchObject(fields);
  });

  test.each(['claude-opus-4-8', 'claude-opus-5', 'claude-fable-5-2'])('%s has a fast mode', (model) => {
    const { call } = codec.encode(model, requestOf({ serviceTier: 'FAST' }), false);
    expect(JSON.parse(call.body)).toMatchObject({ speed: 'fast' });
    expect(call.headers).toMatchObject({ 'anthropic-beta': 'fast-mode-2026-02-01' });
  });

  test.each([
    [MODEL, 'FAST'],
    ['claude-opus-4-7', 'FAST'],
    [MODEL, 'FLEX'],
    [MODEL, 'BATCH'],
  ] as const)('%s has no %s', (model, serviceTier) => {
    const request = requestOf({ serviceTier });
    expect(unsupportedNames(codec, model, request)).toEqual(['serviceTier']);
    expect(encoded(codec, model, request).body).toEqual(encoded(codec, model, requestOf()).body);
  });
});
