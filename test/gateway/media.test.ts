import { describe, expect, it } from 'vitest';
import type { CompletionRequest, MediaSource, RemoteSource } from '../../src/domain/completion-request.ts';
import { sniffedMediaType } from '../../src/gateway/media-type.ts';
import { createScriptedProvider } from '../support/scripted-provider.ts';
import { callerWith, commandWith, completed, createHarness, readAll, settled } from './harness.ts';

const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const MIB = 1024 * 1024;

const withMedia = (
  ...sources: readonly (readonly [type: 'image' | 'audio' | 'file', url: string])[]
): CompletionRequest<MediaSource | RemoteSource> => ({
  tools: [],
  messages: [
    {
      role: 'user',
      parts: [
        { type: 'text', text: 'Look' },
        ...sources.map(([type, url]) => ({ type, source: { kind: 'remote', url } }) as const),
      ],
    },
  ],
});

const begin = () => {
  const provider = createScriptedProvider('first');
  const harness = createHarness([provider]);
  const complete = (
    request: CompletionRequest<MediaSource | RemoteSource>,
    more: Parameters<typeof commandWith>[0] = {},
  ) => harness.gateway.complete(callerWith(), commandWith({ request, ...more }));
  return { ...harness, provider, complete };
};

describe('media that a prompt names', () => {
  it('are fetched before anything begins, and a provider gets what they are', async () => {
    const { provider, media, complete } = begin();
    media.put('https://a.test/cat', { mediaType: 'application/octet-stream', bytes: PNG });
    media.put('https://a.test/a.pdf', {
      mediaType: 'application/pdf',
      bytes: new Uint8Array([1]),
      name: 'a.pdf',
    });
    provider.answer(completed);
    const events = await readAll(
      complete(withMedia(['image', 'https://a.test/cat'], ['file', 'https://a.test/a.pdf'])),
    );
    expect(events.map(({ type }) => type)).toEqual(['started', 'attemptStarted', 'finished']);
    expect(provider.calls[0]?.call.request.messages).toEqual([
      {
        role: 'user',
        parts: [
          { type: 'text', text: 'Look' },
          {
            type: 'image',
            source: { kind: 'data', mediaType: 'image/png', base64: Buffer.from(PNG).toString('base64') },
          },
          {
            type: 'file',
            name: 'a.pdf',
            source: { kind: 'data', mediaType: 'application/pdf', base64: 'AQ==' },
          },
        ],
      },
    ]);
    expect(media.fetched[0]?.limits).toEqual({ maxBytes: 20 * MIB, timeoutMs: 15_000 });
  });

  it('are fetched at the same time, and the others are let go once one cannot be had', async () => {
    const { provider, media, complete, store } = begin();
    const ended = media.hang('https://a.test/slow');
    const events = await readAll(
      complete(withMedia(['image', 'https://a.test/slow'], ['image', 'https://a.test/gone'])),
    );
    await ended;
    expect(events).toEqual([
      {
        type: 'failed',
        error: {
          kind: 'REFUSED',
          refusal: {
            code: 'INVALID_INPUT',
            path: 'input.messages[0].user.parts[2].image.source',
            problem: 'nobody is there.',
          },
        },
      },
    ]);
    expect(provider.calls).toHaveLength(0);
    expect(store.written).toEqual([]);
  });

  it.each([
    ['image', 'text/html', 'is text/html; takes an image.'],
    ['audio', 'image/png', 'is image/png; takes audio.'],
  ] as const)('are refused as %s where they are %s', async (type, mediaType, problem) => {
    const { media, complete } = begin();
    media.put('https://a.test/1', { mediaType, bytes: PNG });
    expect(await readAll(complete(withMedia([type, 'https://a.test/1'])))).toMatchObject([
      { error: { refusal: { code: 'INVALID_INPUT', problem } } },
    ]);
  });

  it('may have 64 MiB in all', async () => {
    const { media, complete } = begin();
    const urls = ['1', '2', '3', '4'].map((name) => `https://a.test/${name}`);
    for (const url of urls) media.put(url, { mediaType: 'image/png', bytes: new Uint8Array(17 * MIB) });
    expect(await readAll(complete(withMedia(...urls.map((url) => ['image', url] as const))))).toMatchObject([
      { error: { refusal: { code: 'INVALID_INPUT', problem: expect.stringContaining('64 MiB in all') } } },
    ]);
  });

  it('are at most 64, and eight of them under way at the same time', async () => {
    const { media, complete, provider } = begin();
    const name = (n: number) => ['image', `https://a.test/${n}`] as const;
    const named = (count: number) => complete(withMedia(...Array.from({ length: count }, (_, n) => name(n))));
    for (let n = 0; n < 65; n += 1) media.put(name(n)[1], { mediaType: 'image/png', bytes: PNG });
    expect(await readAll(named(65))).toMatchObject([
      {
        error: {
          refusal: {
            path: 'input.messages[0].user.parts[65].image.source',
            problem: expect.stringMatching(/^is one too many/),
          },
        },
      },
    ]);
    provider.answer(completed);
    expect((await readAll(named(64))).at(-1)).toMatchObject({ type: 'finished' });

    const { media: slow, complete: completeSlowly, clock } = begin();
    const ended = Array.from({ length: 20 }, (_, n) => slow.hang(name(n)[1]));
    const events = completeSlowly(withMedia(...Array.from({ length: 20 }, (_, n) => name(n))));
    const reading = events.next();
    await settled();
    expect(slow.fetched).toHaveLength(8);
    clock.advance(1_000);
    await events.return?.();
    await Promise.all(ended);
    await reading;
    // Those that waited get what is left of the time, which the caller has ended.
    expect(slow.fetched.at(-1)?.limits.timeoutMs).toBe(14_000);
  });

  it('are not fetched for a request that is refused anyway', async () => {
    const { media, gateway } = begin();
    const request = withMedia(['image', 'https://a.test/1']);
    await readAll(gateway.complete(callerWith(), commandWith({ request, model: 'no/body' })));
    await readAll(gateway.complete(callerWith(), commandWith({ request: { ...request, topP: 7 } })));
    expect(media.fetched).toEqual([]);
  });

  it('count for the time of the whole completion, and are the reason where it is over before they came', async () => {
    const { media, complete, clock, gateway, provider } = begin();
    const ended = media.hang('https://a.test/slow');
    const timeouts = { totalMs: 5_000 };
    const events = complete(withMedia(['image', 'https://a.test/slow']), { timeouts });
    const reading = readAll(events);
    await settled();
    clock.advance(5_000);
    await ended;
    expect(await reading).toMatchObject([
      {
        type: 'failed',
        error: {
          refusal: {
            code: 'INVALID_INPUT',
            path: 'input.messages[0].user.parts[1].image.source',
            problem: 'could not be fetched within the time limit of the request.',
          },
        },
      },
    ]);
    expect(gateway.active).toBe(0);
    expect(provider.calls).toHaveLength(0);
    expect(clock.pending()).toBe(0);
  });

  it('are let go when the caller goes, who is never told that anything began', async () => {
    const { media, complete, gateway, provider } = begin();
    const ended = media.hang('https://a.test/slow');
    const events = complete(withMedia(['image', 'https://a.test/slow']));
    const reading = events.next();
    await settled();
    await events.return?.();
    await ended;
    expect(await reading).toEqual({ done: true, value: undefined });
    await settled();
    expect(gateway.active).toBe(0);
    expect(provider.calls).toHaveLength(0);
  });
});

it.each([
  ['image/png', PNG],
  ['image/jpeg', [0xff, 0xd8, 0xff, 0xe0]],
  ['image/gif', [...Buffer.from('GIF89a')]],
  ['image/webp', [...Buffer.from('RIFF1234WEBPVP8 ')]],
  ['application/pdf', [...Buffer.from('%PDF-1.7')]],
  ['audio/wav', [...Buffer.from('RIFF1234WAVEfmt ')]],
  ['audio/mpeg', [...Buffer.from('ID3')]],
  ['audio/ogg', [...Buffer.from('OggS')]],
  ['audio/flac', [...Buffer.from('fLaC')]],
  ['audio/mp4', [0, 0, 0, 32, ...Buffer.from('ftypM4A ')]],
  ['video/mp4', [0, 0, 0, 32, ...Buffer.from('ftypisom')]],
  ['video/webm', [0x1a, 0x45, 0xdf, 0xa3]],
  [undefined, [...Buffer.from('RIFF1234AVI ')]],
  [undefined, []],
])('bytes that begin so are %s', (mediaType, bytes) => {
  expect(sniffedMediaType(Uint8Array.from(bytes))).toBe(mediaType);
});
