import { describe, expect, it } from 'vitest';
import type { OperationKind } from '../../src/domain/operation.ts';
import { OPERATION_KINDS } from '../../src/domain/operation.ts';
import type { OperationCommand } from '../../src/gateway/operation-command.ts';
import { beginWith, commandOf, done, failedWith, PNG, png } from './operation-harness.ts';

const ALL = { operations: OPERATION_KINDS };
const WAV = new Uint8Array([...Buffer.from('RIFF0000WAVEfmt ')]);
const wav = { mediaType: 'audio/wav', bytes: WAV };
const huge = { mediaType: 'image/png', bytes: new Uint8Array(25 * 1024 * 1024 + 1) };
const times = <Item>(count: number, item: Item): readonly Item[] => Array.from({ length: count }, () => item);

const draw = (changes: object) => commandOf('IMAGE_GENERATION', { prompt: 'p', images: [], ...changes });
const speak = (changes: object) => commandOf('SPEECH', { text: 't', ...changes });
const transcribe = (changes: object) =>
  commandOf('TRANSCRIPTION', { audio: wav, task: 'TRANSCRIBE', ...changes });
const rerank = (changes: object) => commandOf('RERANK', { query: 'q', documents: ['d'], ...changes });
const embed = (changes: object) => commandOf('EMBEDDING', { inputs: ['i'], ...changes });
const image = (source: typeof png) => ({ kind: 'image', image: source }) as const;

const refusalOf = async <Kind extends OperationKind>(command: OperationCommand<Kind>) => {
  const { perform, first, media } = beginWith(['first'], ALL);
  const answer = await perform(command);
  expect(first.operationCalls).toHaveLength(0);
  expect(media.fetched).toHaveLength(0);
  return answer.kind === 'REFUSED' ? answer.refusal : answer;
};

describe('an input that makes no sense is refused where it is wrong', () => {
  it.each([
    ['inputs', embed({ inputs: [] })],
    ['inputs', embed({ inputs: times(2049, 'x') })],
    ['inputs[1]', embed({ inputs: ['a', ''] })],
    ['inputs', embed({ inputs: times(51, 'x'.repeat(100_000)) })],
    ['dimensions', embed({ dimensions: 0 })],
    ['dimensions', embed({ dimensions: 1.5 })],
    ['prompt', draw({ prompt: '' })],
    ['prompt', draw({ prompt: 'x'.repeat(32_001) })],
    ['count', draw({ count: 0 })],
    ['count', draw({ count: 11 })],
    ['size', draw({ size: 'large' })],
    ['size', draw({ size: '0x100' })],
    ['aspectRatio', draw({ aspectRatio: '16/9' })],
    ['quality', draw({ quality: '' })],
    ['seed', draw({ seed: 0.5 })],
    ['images', draw({ images: times(17, png) })],
    ['images[0]', draw({ images: [wav] })],
    ['images[0]', draw({ images: [{ mediaType: 'image/png', bytes: new Uint8Array() }] })],
    ['images[1]', draw({ images: [png, huge] })],
    ['mask', draw({ mask: png })],
    ['text', speak({ text: '' })],
    ['speed', speak({ speed: 0.2 })],
    ['speed', speak({ speed: 4.1 })],
    ['speed', speak({ speed: Number.NaN })],
    ['language', speak({ language: 'English' })],
    ['audio', transcribe({ audio: png })],
    ['audio', transcribe({ audio: { ...wav, bytes: huge.bytes } })],
    ['temperature', transcribe({ temperature: -1 })],
    ['query', rerank({ query: '' })],
    ['documents', rerank({ documents: [] })],
    ['documents', rerank({ documents: times(10_001, 'd') })],
    ['documents[0]', rerank({ documents: [''] })],
    ['topN', rerank({ topN: 0 })],
    ['inputs', commandOf('MODERATION', { inputs: [] })],
    ['inputs[0].text', commandOf('MODERATION', { inputs: [{ kind: 'text', text: '' }] })],
    ['inputs[1].image', commandOf('MODERATION', { inputs: [image(png), image(wav)] })],
    ['messages', commandOf('TOKEN_COUNT', { messages: [], tools: [] })],
  ])('%s (case %#)', async (path, command) => {
    expect(await refusalOf(command)).toMatchObject({ code: 'INVALID_INPUT', path: `input.${path}` });
  });

  it.each([
    embed({ inputs: times(2048, 'x'), dimensions: 256, purpose: 'QUERY' }),
    draw({ count: 10, size: '1024x1024', aspectRatio: '16:9', images: [png], mask: png, seed: -1 }),
    speak({ speed: 0.25, language: 'yue' }),
    transcribe({ audio: { mediaType: 'video/mp4', bytes: PNG }, language: 'pt-BR', temperature: 0 }),
    rerank({ documents: times(10_000, 'd'), topN: 3 }),
    commandOf('MODERATION', { inputs: [{ kind: 'text', text: 'x' }, image(png)] }),
  ])('and one at the limit is taken (case %#)', async (command) => {
    const { perform, first } = beginWith(['first'], ALL);
    first.answerOperation(failedWith('SERVER_ERROR'));
    expect(await perform<OperationKind>(command)).toMatchObject({ kind: 'FAILED' });
    expect(first.operationCalls).toHaveLength(1);
  });
});

describe('media', () => {
  it('that are named are fetched, and bytes of no stated type are looked at', async () => {
    const { perform, first, media } = beginWith(['first'], ALL);
    media.put('https://a.test/mask', png);
    media.put('https://a.test/1', { ...png, mediaType: 'application/octet-stream' });
    first.answerOperation(done({ images: [{ image: png }] }, { input: 1 }));
    const unnamed = { mediaType: 'application/octet-stream', bytes: PNG };
    const command = draw({
      images: [{ kind: 'remote', url: 'https://a.test/1' }, unnamed],
      mask: { kind: 'remote', url: 'https://a.test/mask' },
    });
    expect(await perform(command)).toMatchObject({ kind: 'DONE' });
    expect(first.operationCalls[0]?.request).toEqual({ prompt: 'p', images: [png, png], mask: png });
    expect(media.fetched[0]?.limits).toEqual({ maxBytes: 25 * 1024 * 1024, timeoutMs: 15_000 });
  });

  it('for a recording and for a moderation are fetched too', async () => {
    const { perform, first, media } = beginWith(['first'], ALL);
    media.put('https://a.test/s', wav);
    media.put('https://a.test/p', png);
    first.answerOperation(done({ text: 'hi', segments: [], words: [] }, { seconds: 1 }));
    await perform(transcribe({ audio: { kind: 'remote', url: 'https://a.test/s' } }));
    expect(first.operationCalls[0]?.request).toMatchObject({ audio: wav });
    first.answerOperation(done({ verdicts: [] }));
    const remote = { kind: 'image', image: { kind: 'remote', url: 'https://a.test/p' } } as const;
    await perform(commandOf('MODERATION', { inputs: [{ kind: 'text', text: 'x' }, remote] }));
    expect(first.operationCalls[1]?.request).toEqual({ inputs: [{ kind: 'text', text: 'x' }, image(png)] });
  });

  it('that cannot be had, or are something else, are refused by their place, and nothing is sent', async () => {
    const { perform, first, media, rows, clock } = beginWith(['first'], ALL);
    media.put('https://a.test/1', wav);
    const ended = media.hang('https://a.test/slow');
    const remote = (url: string) => ({ kind: 'remote', url }) as const;
    expect(
      await perform(draw({ images: [remote('https://a.test/slow'), remote('https://a.test/1')] })),
    ).toEqual({
      kind: 'REFUSED',
      refusal: { code: 'INVALID_INPUT', path: 'input.images[1]', problem: 'is audio/wav; takes an image.' },
    });
    // The others are not waited for.
    await ended;
    expect(await perform(draw({ images: [remote('https://a.test/gone')] }))).toMatchObject({
      refusal: { path: 'input.images[0]', problem: 'nobody is there.' },
    });
    expect(first.operationCalls).toHaveLength(0);
    expect(await rows()).toEqual([]);
    expect(clock.pending()).toBe(0);
  });

  it('are too much where they are more than 64 MiB together', async () => {
    const { perform, media } = beginWith(['first'], ALL);
    const bytes = new Uint8Array(22 * 1024 * 1024);
    for (const name of ['1', '2', '3'])
      media.put(`https://a.test/${name}`, { mediaType: 'image/png', bytes });
    const images = ['1', '2', '3'].map(
      (name) => ({ kind: 'remote', url: `https://a.test/${name}` }) as const,
    );
    expect(await perform(draw({ images }))).toMatchObject({
      refusal: { code: 'INVALID_INPUT', problem: expect.stringContaining('64 MiB in all') },
    });
  });

  it('are not fetched for a model that nobody knows', async () => {
    const { perform, media } = beginWith(['first'], ALL);
    const command = { ...draw({ images: [{ kind: 'remote', url: 'https://a.test/1' }] }), model: 'no/body' };
    expect(await perform(command)).toMatchObject({ refusal: { code: 'UNKNOWN_MODEL' } });
    expect(media.fetched).toEqual([]);
  });
});
