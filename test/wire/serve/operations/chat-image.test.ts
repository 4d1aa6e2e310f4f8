import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { usageOf } from '../../../../src/domain/usage.ts';
import {
  type ReadChatImage,
  readChatImage,
  streamChatImage,
  writeChatImage,
} from '../../../../src/wire/serve/operations/chat-image.ts';
import { recordWith } from './operation-server.ts';

const PNG = Buffer.from('\x89PNG\r\n\x1a\nrest', 'latin1');
const DATA_URL = `data:image/png;base64,${PNG.toString('base64')}`;
const RESULT = {
  images: [
    { image: { mediaType: 'image/png', bytes: PNG } },
    { image: { mediaType: 'image/png', bytes: PNG } },
  ],
};
const RECORD = recordWith('IMAGE_GENERATION', { usage: usageOf({ input: 10, imageOutput: 90 }) });
const HERE = { mediaType: 'image/png', bytes: PNG };

const user = (content: unknown) => ({ role: 'user', content });
const read = (body: object): ReadChatImage => readChatImage(JSON.parse(JSON.stringify(body)));

describe('an image through chat completions, of the official client', () => {
  let client: OpenAI;
  const asked: ReadChatImage[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const it = readChatImage(JSON.parse(text));
    asked.push(it);
    if (it.kind === 'INVALID') {
      response.statusCode = 400;
      response.end('{}');
      return;
    }
    response.setHeader('content-type', it.stream ? 'text/event-stream' : 'application/json');
    response.end(
      it.stream
        ? streamChatImage(RESULT, RECORD, it.options)
        : JSON.stringify(writeChatImage(RESULT, RECORD, it.options)),
    );
  });
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    client = new OpenAI({ baseURL: `http://127.0.0.1:${port}/v1`, apiKey: 'k', maxRetries: 0 });
  });
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  const markdown = `![image](${DATA_URL})\n\n![image](${DATA_URL})`;
  const parts = [0, 1].map((index) => ({ type: 'image_url', image_url: { url: DATA_URL }, index }));

  it('is one choice with all images', async () => {
    const extra = { quality: 'hd', size: '1024x1024' };
    const answer = await client.chat.completions.create({
      model: 'm',
      n: 2,
      messages: [{ role: 'user', content: 'a fox' }],
      ...extra,
    });
    expect(asked.at(-1)).toMatchObject({
      kind: 'OK',
      model: 'm',
      stream: false,
      input: { prompt: 'a fox', count: 2, quality: 'hd', size: '1024x1024', images: [] },
      unread: [],
    });
    expect(answer).toMatchObject({
      id: 'op_1',
      object: 'chat.completion',
      model: 'host/m',
      choices: [
        {
          index: 0,
          finish_reason: 'stop',
          message: { role: 'assistant', content: markdown, images: parts },
        },
      ],
      usage: { prompt_tokens: 10, completion_tokens: 90, total_tokens: 100, cost: 1.2e-7 },
      modelgraph: { id: 'op_1' },
    });
    expect(answer.choices).toHaveLength(1);
  });

  it("is put together from a stream by the client's strict helper", async () => {
    const stream = client.chat.completions.stream({
      model: 'm',
      messages: [{ role: 'user', content: 'a fox' }],
      stream_options: { include_usage: true },
    });
    const answer = await stream.finalChatCompletion();
    expect(answer.choices).toHaveLength(1);
    expect(answer.choices[0]).toMatchObject({
      finish_reason: 'stop',
      message: { role: 'assistant', content: markdown, images: parts },
    });
    expect(answer.usage).toMatchObject({ prompt_tokens: 10, completion_tokens: 90, cost: 1.2e-7 });
    expect(asked.at(-1)).toMatchObject({ stream: true, unread: [] });
  });
});

describe('a conversation with an image model', () => {
  it('is asked for what the user said last, with all images before', () => {
    const url = 'https://a.example/1.png';
    const asked = read({
      model: 'm',
      messages: [
        { role: 'system', content: 'Be kind.' },
        user([
          { type: 'text', text: 'a fox' },
          { type: 'image_url', image_url: { url } },
        ]),
        { role: 'assistant', content: `![image](${DATA_URL})`, images: [{ image_url: { url: DATA_URL } }] },
        user([
          { type: 'text', text: 'now' },
          { type: 'text', text: 'with a hat' },
          { type: 'input_audio', input_audio: {} },
        ]),
      ],
    });
    expect(asked).toMatchObject({
      kind: 'OK',
      input: { prompt: 'now\nwith a hat', images: [{ kind: 'remote', url }, HERE] },
      unread: ['messages[0].content', 'messages[1].content', 'messages[3].content[2]'],
    });
  });

  it('takes the latest images where there are too many', () => {
    const content = Array.from({ length: 18 }, (_, index) => ({
      type: 'image_url',
      image_url: { url: `https://a.example/${index}.png` },
    }));
    const asked = read({ model: 'm', messages: [user([...content, { type: 'text', text: 'p' }])] });
    if (asked.kind === 'INVALID') throw new Error(asked.problem);
    expect(asked.input.images).toHaveLength(16);
    expect(asked.input.images.at(-1)).toMatchObject({ url: 'https://a.example/17.png' });
    expect(asked.unread).toEqual([
      'messages[0].content[1].image_url.url',
      'messages[0].content[0].image_url.url',
    ]);
  });

  it('says how the images shall be, where chat says it and where relays do', () => {
    const messages = [user('p')];
    expect(
      read({
        model: 'm',
        messages,
        modalities: ['image', 'text'],
        image_config: { aspect_ratio: '16:9', image_size: '4K' },
        response_format: { type: 'json_object' },
        temperature: 1,
        max_tokens: 5,
      }),
    ).toMatchObject({
      input: { aspectRatio: '16:9' },
      unread: ['temperature', 'max_tokens', 'response_format', 'image_config.image_size'],
    });
    expect(read({ model: 'm', messages, response_format: { type: 'text' } })).toMatchObject({ unread: [] });
    expect(read({ model: 'm', messages, response_format: 'url' })).toMatchObject({
      options: { wantsUrls: true },
    });
  });

  it('leaves links alone, and reads Markdown in time that grows with its length alone', () => {
    const nested = '![](['.repeat(200_000) + '![a](data:image/png;base64,'.repeat(20_000);
    const before = performance.now();
    const asked = read({
      model: 'm',
      messages: [
        { role: 'assistant', content: '[page](https://a.example/page) ![x](https://a.example/x.png)' },
        { role: 'assistant', content: nested },
        user('p'),
      ],
    });
    // A scan that began anew at each bracket would take minutes.
    expect(performance.now() - before).toBeLessThan(5_000);
    expect(asked).toMatchObject({ input: { images: [{ url: 'https://a.example/x.png' }] } });
  });

  it.each([
    [{ model: 'm' }, 'messages', 'is missing.'],
    [{ model: 'm', messages: [] }, 'messages', 'is empty.'],
    [{ model: 'm', messages: ['p'] }, 'messages[0]', 'is text; takes an object.'],
    [{ model: 'm', messages: [{ content: 'p' }] }, 'messages[0].role', 'is missing.'],
    [
      { model: 'm', messages: [{ role: 'system', content: 'p' }] },
      'messages',
      'has no message of the role user, which says what to show.',
    ],
    [{ model: 'm', messages: [user(' ')] }, 'messages[0].content', 'has no text, which says what to show.'],
    [{ model: 'm', messages: [user(7)] }, 'messages[0].content', 'takes text or a list of parts.'],
    [{ model: 'm', messages: [user(['p'])] }, 'messages[0].content[0]', 'takes an object with a `type`.'],
    [
      {
        model: 'm',
        messages: [
          user([
            { type: 'image_url', image_url: { url: 'ftp://x' } },
            { type: 'text', text: 'p' },
          ]),
        ],
      },
      'messages[0].content[0].image_url.url',
      'takes an http(s) address, or a data: URL with base64 that is not empty.',
    ],
    [{ model: 'm', messages: [user('p')], n: 0 }, 'n', 'is 0; takes at least 1.'],
  ])('that is wrong is told where: %#', (body, path, problem) => {
    expect(read(body)).toEqual({ kind: 'INVALID', path, problem });
  });
});

describe('images of a chat that are handed over by address', () => {
  const options = { stream: false, includeUsage: false, wantsUrls: true };
  const urls = ['https://here/1', 'https://here/2'];

  it('are not sent as data too', () => {
    const whole = writeChatImage(RESULT, RECORD, options, urls);
    const stream = streamChatImage(RESULT, RECORD, options, urls);
    expect(whole).toMatchObject({
      choices: [{ message: { content: '![image](https://here/1)\n\n![image](https://here/2)' } }],
    });
    for (const text of [JSON.stringify(whole), stream]) expect(text).not.toContain('base64');
  });

  it('say what they cost in the last chunk where no usage is asked for', () => {
    const events = streamChatImage(RESULT, RECORD, options, urls).trim().split('\n\n');
    expect(events.at(-1)).toBe('data: [DONE]');
    expect(JSON.parse(events.at(-2)?.slice('data: '.length) ?? '')).toMatchObject({
      choices: [{ finish_reason: 'stop' }],
      modelgraph: { cost: { total: '0.00000012' } },
    });
  });

  it('say it in the chunk of the usage alone where that is asked for', () => {
    const events = streamChatImage(RESULT, RECORD, { ...options, includeUsage: true }, urls).split('\n\n');
    const telling = events.filter((event) => event.includes('"modelgraph"'));
    expect(telling).toHaveLength(1);
    expect(telling[0]).toContain('"choices":[],"usage":{');
  });
});
