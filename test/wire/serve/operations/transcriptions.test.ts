import { toFile } from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { usageOf } from '../../../../src/domain/usage.ts';
import type { TranscriptOptions } from '../../../../src/wire/serve/operations/transcript-reply.ts';
import { transcriptions } from '../../../../src/wire/serve/operations/transcriptions.ts';
import { translations } from '../../../../src/wire/serve/operations/translations.ts';
import type { ClientFormField } from '../../../../src/wire/serve/served-operation.ts';
import { serve } from './operation-server.ts';

const BYTES = new Uint8Array([9, 8, 7]);
const recording = () => toFile(BYTES, 'talk.wav', { type: 'audio/wav' });
const SEGMENTS = {
  text: 'Hello there. Bye.',
  language: 'english',
  durationSeconds: 3_725.5,
  segments: [
    { text: ' Hello there.', start: 0, end: 1.5 },
    { text: ' Bye.\n\n--> now', start: 3_723.25, end: 3_725.5 },
  ],
  words: [],
};

describe('transcripts of the official client', () => {
  let server: Awaited<ReturnType<typeof serve<'TRANSCRIPTION', TranscriptOptions>>>;
  beforeAll(async () => {
    server = await serve(transcriptions, '/v1/audio/transcriptions');
    server.answer(SEGMENTS, { usage: usageOf({ seconds: 3_725.5 }) });
  });
  afterAll(() => server.close());
  const create = async (more: object) =>
    server.client.audio.transcriptions.create({ file: await recording(), model: 'm', ...more });

  it('are JSON, with the seconds that were used', async () => {
    const answer = await create({ language: 'en', prompt: 'names', temperature: 0.5 });
    expect(server.latest()).toMatchObject({
      model: 'm',
      input: {
        audio: { mediaType: 'audio/wav', bytes: BYTES, name: 'talk.wav' },
        task: 'TRANSCRIBE',
        timestamps: 'NONE',
        language: 'en',
        prompt: 'names',
        temperature: 0.5,
      },
      unread: [],
    });
    expect(answer).toMatchObject({
      text: 'Hello there. Bye.',
      usage: { type: 'duration', seconds: 3_725.5, cost: 1.2e-7, cost_currency: 'USD' },
      modelgraph: { id: 'op_1' },
    });
  });

  it('are plain text', async () => {
    expect(await create({ response_format: 'text' })).toBe('Hello there. Bye.\n');
  });

  it('are subtitles in SubRip, which no text can break', async () => {
    expect(await create({ response_format: 'srt' })).toBe(
      '1\n00:00:00,000 --> 00:00:01,500\nHello there.\n\n2\n01:02:03,250 --> 01:02:05,500\nBye. → now\n\n',
    );
    expect(server.latest().input.timestamps).toBe('SEGMENT');
  });

  it('are subtitles in WebVTT', async () => {
    expect(await create({ response_format: 'vtt' })).toBe(
      'WEBVTT\n\n00:00:00.000 --> 00:00:01.500\nHello there.\n\n01:02:03.250 --> 01:02:05.500\nBye. → now\n\n',
    );
  });

  it('are one subtitle where nothing is placed in time', async () => {
    server.answer({ text: 'All of it.', segments: [], words: [] });
    expect(await create({ response_format: 'srt' })).toBe('1\n00:00:00,000 --> 99:59:59,000\nAll of it.\n\n');
    server.answer({ text: 'All of it.', segments: [], words: [], durationSeconds: 2 });
    expect(await create({ response_format: 'vtt' })).toContain('00:00:00.000 --> 00:00:02.000\nAll of it.');
    server.answer(SEGMENTS, { usage: usageOf({ seconds: 3_725.5 }) });
  });

  it('say all that is known where they are to be verbose', async () => {
    expect(await create({ response_format: 'verbose_json' })).toMatchObject({
      task: 'transcribe',
      language: 'english',
      duration: 3_725.5,
      text: 'Hello there. Bye.',
      segments: [
        { id: 0, start: 0, end: 1.5, text: ' Hello there.' },
        { id: 1, start: 3_723.25 },
      ],
    });
    expect(server.latest()).toMatchObject({ input: { timestamps: 'SEGMENT' }, unread: [] });
  });

  it('place words where these are asked for', async () => {
    server.answer({ text: 'Hi', segments: [], words: [{ text: 'Hi', start: 0, end: 0.5 }] });
    const more = { response_format: 'verbose_json', timestamp_granularities: ['word'] };
    expect(await create(more)).toMatchObject({ words: [{ word: 'Hi', start: 0, end: 0.5 }] });
    expect(server.latest()).toMatchObject({ input: { timestamps: 'WORD' }, unread: [] });
    await create({ ...more, timestamp_granularities: ['word', 'segment'] });
    expect(server.latest()).toMatchObject({
      input: { timestamps: 'WORD' },
      unread: ['timestamp_granularities'],
    });
    server.answer(SEGMENTS, { usage: usageOf({ seconds: 3_725.5 }) });
  });

  it('are events where a stream is asked for', async () => {
    server.answer(SEGMENTS, { usage: usageOf({ input: 2, audioInput: 30, output: 5 }) });
    const stream = await server.client.audio.transcriptions.create({
      file: await recording(),
      model: 'm',
      stream: true,
      include: ['logprobs'],
    });
    const events = [];
    for await (const event of stream) events.push(event);
    expect(events).toMatchObject([
      { type: 'transcript.text.delta', delta: 'Hello there. Bye.' },
      {
        type: 'transcript.text.done',
        text: 'Hello there. Bye.',
        usage: {
          type: 'tokens',
          input_tokens: 32,
          output_tokens: 5,
          total_tokens: 37,
          input_token_details: { text_tokens: 2, audio_tokens: 30 },
        },
      },
    ]);
    expect(server.latest().unread).toEqual(['include']);
  });
});

describe('translations of the official client', () => {
  let server: Awaited<ReturnType<typeof serve<'TRANSCRIPTION', TranscriptOptions>>>;
  beforeAll(async () => {
    server = await serve(translations, '/v1/audio/translations');
    server.answer(SEGMENTS);
  });
  afterAll(() => server.close());

  it('are asked for as such', async () => {
    const file = await recording();
    const answer = await server.client.audio.translations.create({ file, model: 'm' });
    expect(answer.text).toBe('Hello there. Bye.');
    expect(server.latest().input).toMatchObject({ task: 'TRANSLATE', timestamps: 'NONE' });
    const verbose = await server.client.audio.translations.create({
      file: await recording(),
      model: 'm',
      response_format: 'verbose_json',
    });
    expect(verbose).toMatchObject({ task: 'translate', duration: 3_725.5 });
    expect(server.latest().input).toMatchObject({ timestamps: 'SEGMENT' });
  });

  it('have no language to choose', () => {
    const file = { name: 'file', fileName: 'a.wav', mediaType: 'audio/wav', bytes: BYTES };
    const fields = [file, { name: 'model', value: 'm' }, { name: 'language', value: 'de' }];
    expect(translations.read({ kind: 'FORM', fields })).toMatchObject({ unread: ['language'] });
  });
});

describe('a form with a recording', () => {
  const FILE = { name: 'file', fileName: 'a.wav', mediaType: 'audio/wav', bytes: BYTES };
  const MODEL = { name: 'model', value: 'm' };
  const read = (...fields: readonly ClientFormField[]) => transcriptions.read({ kind: 'FORM', fields });

  it.each([
    [[MODEL], 'file', /^is missing/],
    [[MODEL, FILE, FILE], 'file', /^comes 2 times/],
    [[MODEL, { name: 'file', value: 'https://a/b.wav' }], 'file', /^is text; takes a file/],
    [[FILE], 'model', /^is missing/],
    [[MODEL, FILE, { name: 'response_format', value: 'diarized_json' }], 'response_format', /verbose_json/],
    [[MODEL, FILE, { name: 'response_format', value: 'xml' }], 'response_format', /takes json, text/],
    [[MODEL, FILE, { name: 'temperature', value: 'hot' }], 'temperature', /is text; takes a number/],
    [[MODEL, FILE, { name: 'temperature', value: '3' }], 'temperature', /takes at most 2/],
    [[MODEL, FILE, { name: 'language', value: 'German' }], 'language', /ISO 639-1/],
    [
      [MODEL, FILE, { name: 'timestamp_granularities[]', value: 'letter' }],
      'timestamp_granularities[0]',
      /takes word or segment/,
    ],
    [[MODEL, FILE, { name: 'stream', value: 'maybe' }], 'stream', /takes true or false/],
  ])('that is wrong is told where: %#', (fields, path, problem) => {
    expect(read(...fields)).toEqual({ kind: 'INVALID', path, problem: expect.stringMatching(problem) });
  });

  it('says nothing where a field is left empty', () => {
    expect(read(MODEL, FILE, { name: 'language', value: '' }, { name: 'prompt', value: '' })).toMatchObject({
      kind: 'OK',
      unread: [],
    });
  });

  it('is not JSON', () => {
    const problem = expect.stringContaining('multipart/form-data');
    const read = transcriptions.read({ kind: 'JSON', body: { model: 'm' } });
    expect(read).toEqual({ kind: 'INVALID', path: '', problem });
  });
});
