import { inflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { createSandboxProvider } from '../../../src/adapters/providers/sandbox.ts';
import type { OperationKind, OperationRequests } from '../../../src/domain/operation.ts';
import { OPERATION_KINDS } from '../../../src/domain/operation.ts';
import type { OperationOutcome } from '../../../src/ports/provider.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { quickest } from '../../support/quickest.ts';

const { operations } = createSandboxProvider(createFakeClock());

const perform = async <Kind extends OperationKind>(
  kind: Kind,
  request: OperationRequests[Kind],
  { model = 'echo', signal = new AbortController().signal } = {},
): Promise<OperationOutcome<Kind>> => {
  const adapter = operations[kind];
  if (adapter === undefined) throw new Error(`no ${kind}`);
  return adapter.perform({ providerModelId: model, request }, signal);
};

const resultOf = async <Kind extends OperationKind>(kind: Kind, request: OperationRequests[Kind]) => {
  const outcome = await perform(kind, request);
  if (outcome.kind === 'FAILED') throw new Error(outcome.failure.message);
  return outcome;
};

const failureOf = async <Kind extends OperationKind>(kind: Kind, request: OperationRequests[Kind]) => {
  const outcome = await perform(kind, request);
  if (outcome.kind === 'DONE') throw new Error('it did it');
  return outcome.failure;
};

const nearness = (one: readonly number[] = [], other: readonly number[] = []): number =>
  one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0);

test('the sandbox has every operation', () => {
  expect(OPERATION_KINDS.filter((kind) => operations[kind] === undefined)).toEqual([]);
});

describe('embeddings', () => {
  test('are of length 1, equal for equal texts, and nearer for texts that share words', async () => {
    const inputs = ['ripe red apples', 'ripe green apples', 'the sky above', 'ripe red apples', ''];
    const { result, usage } = await resultOf('EMBEDDING', { inputs });
    const [red, green, sky, again, empty] = result.vectors;
    expect(result.vectors.map((vector) => vector.length)).toEqual([256, 256, 256, 256, 256]);
    for (const vector of result.vectors) expect(nearness(vector, vector)).toBeCloseTo(1);
    expect(again).toEqual(red);
    expect(empty?.[0]).toBe(1);
    expect(nearness(red, green)).toBeGreaterThan(0.4);
    expect(nearness(red, green)).toBeGreaterThan(nearness(red, sky) + 0.3);
    expect(usage?.input).toBe(12);
  });

  test('are as long as they are asked to be, within bounds', async () => {
    const { result } = await resultOf('EMBEDDING', { inputs: ['a'], dimensions: 3 });
    expect(result.vectors[0]).toHaveLength(3);
    expect(await failureOf('EMBEDDING', { inputs: ['a'], dimensions: 5_000 })).toMatchObject({
      code: 'INVALID_REQUEST',
    });
    const inputs = Array.from({ length: 2_049 }, () => 'a');
    expect(await failureOf('EMBEDDING', { inputs })).toMatchObject({ code: 'INVALID_REQUEST' });
    expect(await failureOf('EMBEDDING', { inputs: inputs.slice(1), dimensions: 4_096 })).toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringContaining('1000000 numbers'),
    });
  });
});

/** Sides and alpha of a PNG of 8 bits RGBA without filters, which is what the sandbox makes. */
const readPng = (bytes: Uint8Array) => {
  const png = Buffer.from(bytes);
  expect(png.subarray(0, 8)).toEqual(Buffer.from('89504e470d0a1a0a', 'hex'));
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const at = png.indexOf('IDAT');
  const pixels = inflateSync(png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4)));
  expect(pixels).toHaveLength((width * 4 + 1) * height);
  return { width, height, cornerAlpha: pixels[4] };
};

describe('images', () => {
  test('are PNGs of the size or the shape that is asked for, the same for the same prompt', async () => {
    const made = async (request: Partial<OperationRequests['IMAGE_GENERATION']>) =>
      (await resultOf('IMAGE_GENERATION', { prompt: 'sky', images: [], ...request })).result.images.map(
        ({ image }) => ('bytes' in image ? image.bytes : new Uint8Array()),
      );
    const [first] = await made({ size: '64x32' });
    const [again] = await made({ size: '64x32' });
    const [other] = await made({ size: '64x32', prompt: 'sea' });
    expect(readPng(first ?? new Uint8Array())).toEqual({ width: 64, height: 32, cornerAlpha: 255 });
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    const several = await made({ aspectRatio: '16:9', count: 2, background: 'TRANSPARENT' });
    expect(several.map(readPng)).toEqual([
      { width: 256, height: 144, cornerAlpha: 0 },
      { width: 256, height: 144, cornerAlpha: 0 },
    ]);
    expect(several[0]).not.toEqual(several[1]);
  });

  test.each([{ size: '9999x1' }, { size: 'large' }, { size: '0x0' }, { aspectRatio: 'wide' }, { count: 5 }])(
    'are refused where they would be too much: %j',
    async (request) => {
      expect(await failureOf('IMAGE_GENERATION', { prompt: 'sky', images: [], ...request })).toMatchObject({
        code: 'INVALID_REQUEST',
      });
    },
  );

  test('say what they cannot be', () => {
    const mask = { mediaType: 'image/png', bytes: new Uint8Array() };
    const problems = operations.IMAGE_GENERATION?.unsupported('echo', {
      prompt: 'sky',
      images: [mask],
      mask,
      format: 'JPEG',
    });
    expect(problems?.map(({ name }) => name)).toEqual(['format', 'mask']);
  });
});

describe('speech and transcripts', () => {
  test('a word is a quarter of a second of WAV, and what is heard is as long as what was said', async () => {
    const { result, usage } = await resultOf('SPEECH', { text: 'one two three four' });
    expect(result.audio.mediaType).toBe('audio/wav');
    expect(usage?.characters).toBe(18);
    const { audio } = result;
    const heard = await resultOf('TRANSCRIPTION', { audio, task: 'TRANSCRIBE', timestamps: 'WORD' });
    expect(heard.result).toMatchObject({
      text: 'The sandbox heard 1.00 seconds of audio.',
      durationSeconds: 1,
      segments: [],
    });
    expect(heard.result.words).toHaveLength(7);
    expect(heard.result.words.at(-1)?.end).toBeCloseTo(1);
    expect(heard.usage?.seconds).toBe(1);
    const faster = await resultOf('SPEECH', { text: 'one two three four', speed: 2 });
    expect(faster.result.audio.bytes.length).toBe(44 + (audio.bytes.length - 44) / 2);
  });

  test('PCM is the same without a header, another format is not made', async () => {
    const wav = (await resultOf('SPEECH', { text: 'one' })).result.audio.bytes;
    const pcm = (await resultOf('SPEECH', { text: 'one', format: 'PCM' })).result.audio.bytes;
    expect(Buffer.from(wav).subarray(44).equals(Buffer.from(pcm))).toBe(true);
    expect(operations.SPEECH?.unsupported('echo', { text: 'one', format: 'MP3' })).toMatchObject([
      { name: 'format' },
    ]);
    expect(operations.SPEECH?.unsupported('echo', { text: 'one', format: 'WAV' })).toEqual([]);
  });

  test('speech is bounded however long the text is', async () => {
    const { result } = await resultOf('SPEECH', { text: 'word '.repeat(100_000) });
    expect(result.audio.bytes.length).toBeLessThan(1_000_000);
    expect(await failureOf('SPEECH', { text: 'one', speed: 0 })).toMatchObject({ code: 'INVALID_REQUEST' });
  });

  test.each([
    Buffer.from('ID3 something else'),
    Buffer.from('RIFF'),
    Buffer.from('RIFF\0\0\0\0WAVEdata\x04\0\0\0abcd', 'latin1'),
    Buffer.from('RIFF\0\0\0\0WAVEfmt \xff\xff\xff\xff', 'latin1'),
  ])('audio that cannot be read has no length: %#', async (bytes) => {
    const audio = { mediaType: 'audio/mpeg', bytes };
    const { result } = await resultOf('TRANSCRIPTION', { audio, task: 'TRANSCRIBE' });
    expect(result.durationSeconds).toBeUndefined();
    expect(result.text).toBe(`The sandbox heard ${bytes.length} bytes of audio/mpeg.`);
  });
});

describe('the rest', () => {
  test('documents rank by how many words of the query they have, ties by their place', async () => {
    const documents = ['Sky.', 'Ripe apples!', 'apples', 'Apples, perhaps.'];
    const { result } = await resultOf('RERANK', { query: 'ripe apples', documents });
    expect(result.ranking).toEqual([
      { index: 1, score: 1 },
      { index: 2, score: 0.5 },
      { index: 3, score: 0.5 },
      { index: 0, score: 0 },
    ]);
    const best = await resultOf('RERANK', { query: 'ripe apples', documents, topN: 1 });
    expect(best.result.ranking).toEqual([{ index: 1, score: 1 }]);
  });

  test('a long query and many documents take no longer than reading them', async () => {
    const query = Array.from({ length: 20_000 }, (_, index) => `w${index}`).join(' ');
    const documents = Array.from({ length: 10_000 }, (_, index) => `w${index}`);
    const took = await quickest(2_000, async () => {
      const startedAt = performance.now();
      const { result } = await resultOf('RERANK', { query, documents });
      expect(result.ranking[0]).toEqual({ index: 0, score: 1 / 20_000 });
      return performance.now() - startedAt;
    });
    expect(took).toBeLessThan(2_000);
  });

  test('each input is judged on its own', async () => {
    const { result } = await resultOf('MODERATION', {
      inputs: [
        { kind: 'text', text: 'I HATE it' },
        { kind: 'image', image: { mediaType: 'image/png', bytes: new Uint8Array() } },
      ],
    });
    expect(result.verdicts.map(({ flagged }) => flagged)).toEqual([true, false]);
    expect(result.verdicts[0]?.categories).toContainEqual({ name: 'hate', flagged: true, score: 1 });
  });

  test('a word is a token', async () => {
    const { result } = await resultOf('TOKEN_COUNT', {
      messages: [
        { role: 'system', text: 'Be brief.' },
        { role: 'user', parts: [{ type: 'text', text: 'one two three' }] },
      ],
      tools: [],
    });
    expect(result).toEqual({ inputTokens: 5, method: 'PROVIDER' });
  });

  test('texts that are too long to be read at once are refused, quickly', async () => {
    const text = 'word '.repeat(2_000_000);
    const took = await quickest(500, async () => {
      const startedAt = performance.now();
      const failures = [
        await failureOf('EMBEDDING', { inputs: [text] }),
        await failureOf('SPEECH', { text }),
        await failureOf('RERANK', { query: 'word', documents: [text] }),
        await failureOf('MODERATION', { inputs: [{ kind: 'text', text }] }),
        await failureOf('IMAGE_GENERATION', { prompt: text, images: [] }),
      ];
      expect(failures.map(({ code }) => code)).toEqual(failures.map(() => 'INVALID_REQUEST'));
      return performance.now() - startedAt;
    });
    expect(took).toBeLessThan(500);
  });

  test('a model that is not there, and a caller that has gone', async () => {
    const request = { inputs: ['a'] };
    expect(await perform('EMBEDDING', request, { model: 'none' })).toMatchObject({
      kind: 'FAILED',
      failure: { code: 'MODEL_NOT_FOUND' },
    });
    expect(await perform('EMBEDDING', request, { signal: AbortSignal.abort() })).toMatchObject({
      kind: 'FAILED',
      failure: { code: 'CANCELLED' },
    });
  });
});
