import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { usageOf } from '../../../../src/domain/usage.ts';
import { type SpeechOptions, speech } from '../../../../src/wire/serve/operations/speech.ts';
import { recordWith, serve } from './operation-server.ts';

const read = (body: object) => speech.read({ kind: 'JSON', body: JSON.parse(JSON.stringify(body)) });
const bytes = new Uint8Array([1, 2, 3, 250]);

describe('speech of the official client', () => {
  let server: Awaited<ReturnType<typeof serve<'SPEECH', SpeechOptions>>>;
  beforeAll(async () => {
    server = await serve(speech, '/v1/audio/speech');
  });
  afterAll(() => server.close());

  it('is bytes of the type that they are', async () => {
    server.answer({ audio: { mediaType: 'audio/flac', bytes } });
    const answer = await server.client.audio.speech.create({
      model: 'm',
      input: 'hello',
      voice: 'alloy',
      response_format: 'flac',
      speed: 1.5,
      instructions: 'slowly',
    });
    expect(answer.headers.get('content-type')).toBe('audio/flac');
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(bytes);
    expect(server.latest()).toMatchObject({
      input: { text: 'hello', voice: 'alloy', format: 'FLAC', speed: 1.5, instructions: 'slowly' },
      unread: [],
    });
  });

  it('is MP3 where no format is named, and a voice may be one of the user', async () => {
    server.answer({ audio: { mediaType: 'audio/mpeg', bytes } });
    await server.client.audio.speech.create({ model: 'm', input: 'hello', voice: { id: 'voice_1' } });
    expect(server.latest().input).toEqual({ text: 'hello', voice: 'voice_1', format: 'MP3' });
  });

  it('is events where they are asked for', async () => {
    server.answer(
      { audio: { mediaType: 'audio/mpeg', bytes } },
      { usage: usageOf({ input: 3, audioOutput: 40 }) },
    );
    const answer = await server.client.audio.speech.create({
      model: 'm',
      input: 'hello',
      voice: 'alloy',
      stream_format: 'sse',
    });
    const events = (await answer.text())
      .split('\n\n')
      .filter((event) => event !== '')
      .map((event) => JSON.parse(event.replace(/^data: /, '')));
    expect(events).toMatchObject([
      { type: 'speech.audio.delta', audio: Buffer.from(bytes).toString('base64') },
      {
        type: 'speech.audio.done',
        usage: { input_tokens: 3, output_tokens: 40, total_tokens: 43, cost: 1.2e-7 },
        modelgraph: { offering: 'host/m' },
      },
    ]);
  });
});

describe('a request for speech', () => {
  it.each([
    [{ model: 'm', voice: 'a' }, 'input', 'is missing.'],
    [{ model: 'm', input: '' }, 'input', 'is empty.'],
    [{ model: 'm', input: 'x'.repeat(100_001) }, 'input', 'has 100001 characters; takes at most 100000.'],
    [{ model: 'm', input: 'a', voice: 7 }, 'voice', 'takes the name of a voice, or its id as {"id": "…"}.'],
    [{ model: 'm', input: 'a', voice: {} }, 'voice.id', 'is missing.'],
    [
      { model: 'm', input: 'a', response_format: 'ogg' },
      'response_format',
      'is "ogg"; takes mp3, opus, aac, flac, wav or pcm.',
    ],
    [{ model: 'm', input: 'a', speed: 9 }, 'speed', 'is 9; takes at most 4.'],
    [{ model: 'm', input: 'a', language: 'English' }, 'language', 'takes an ISO 639-1 code, e.g. en.'],
  ])('that is wrong is told where: %#', (body, path, problem) => {
    expect(read(body)).toEqual({ kind: 'INVALID', path, problem });
  });
});

describe('audio of a strange type', () => {
  it('does not write headers of its own', () => {
    const audio = { mediaType: 'audio/mpeg\r\nset-cookie: a=b', bytes };
    const reply = speech.write({ result: { audio }, record: recordWith('SPEECH') }, { asEvents: false });
    expect(reply).toMatchObject({ kind: 'BYTES', mediaType: 'application/octet-stream' });
  });

  it('counts characters where these are billed', () => {
    const audio = { mediaType: 'audio/mpeg', bytes };
    const record = recordWith('SPEECH', { usage: usageOf({ characters: 5 }) });
    const reply = speech.write({ result: { audio }, record }, { asEvents: true });
    const usage = { characters: 5, cost: 1.2e-7, cost_currency: 'USD' };
    expect(reply.kind === 'EVENTS' && reply.text).toContain(`"usage":${JSON.stringify(usage)}`);
  });
});
