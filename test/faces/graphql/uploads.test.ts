import { once } from 'node:events';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { graphqlWs } from '../../support/graph-clients.ts';
import { type Modelgraph, startModelgraph } from '../../support/modelgraph.ts';
import { startUpstream, type Upstream } from '../../support/upstream.ts';
import { configFor, DIALECTS } from './dialects.ts';
import { brokenUploads, map, operations, type Parts, TRANSCRIBE, wav } from './multipart-requests.ts';
import { PNG } from './operation-cases.ts';

let upstream: Upstream;
let server: Modelgraph;
beforeAll(async () => {
  upstream = await startUpstream();
  server = await startModelgraph({
    lists: 'SMALL',
    config: configFor(upstream.url),
    env: { MODELGRAPH_MAX_REQUEST_BYTES: '200000' },
  });
});
afterAll(async () => {
  await server?.stop();
  await upstream?.close();
});

const send = async (parts: Parts) => {
  const form = new FormData();
  for (const [name, value] of Object.entries(parts)) form.append(name, value);
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.adminKey}` },
    body: form,
  });
  return { status: response.status, body: await response.json() };
};

describe('a multipart request', () => {
  it('brings a file', async () => {
    const { status, body } = await send({
      operations: operations({ audio: null }),
      map: JSON.stringify({ 0: ['variables.audio'] }),
      0: wav(),
    });
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        data: {
          transcribe: {
            __typename: 'Transcription',
            text: 'The sandbox heard 0.00 seconds of audio.',
            durationSeconds: 0.001,
          },
        },
      },
    });
  });

  it('brings a file in a body whose length nobody has declared', async () => {
    const form = new FormData();
    form.append('operations', operations({ audio: null }));
    form.append('map', JSON.stringify({ 0: ['variables.audio'] }));
    form.append('0', wav());
    const encoded = new Response(form);
    const outgoing = request(`${server.url}/graphql`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${server.adminKey}`,
        'content-type': encoded.headers.get('content-type') ?? '',
        'transfer-encoding': 'chunked',
      },
    });
    outgoing.end(Buffer.from(await encoded.arrayBuffer()));
    const [answer] = await once(outgoing, 'response');
    const body = JSON.parse(await text(answer));
    expect(body.data.transcribe).toMatchObject({ durationSeconds: 0.001 });
  });

  it.each([
    ['is not said', ''],
    ['is said to be just bytes', 'application/octet-stream'],
  ])('brings a file whose type %s: it is what it looks like', async (_what, type) => {
    const { body } = await send({
      operations: operations({ audio: null }),
      map: JSON.stringify({ 0: ['variables.audio'] }),
      0: wav(type),
    });
    expect(body.data.transcribe).toMatchObject({ durationSeconds: 0.001 });
  });

  it('brings a film whose sound is to be transcribed', async () => {
    const { body } = await send({
      operations: operations({ audio: null }),
      map: JSON.stringify({ 0: ['variables.audio'] }),
      0: wav('video/mp4'),
    });
    expect(body.data.transcribe).toMatchObject({ __typename: 'Transcription' });
  });

  it('brings a picture whose type is not said', async () => {
    const [dialect] = DIALECTS;
    if (dialect === undefined) throw new Error('no dialects');
    const at = upstream.requests.length;
    upstream.enqueue(dialect.text(['Seen.']));
    await send({
      operations: operations(
        { picture: null },
        `mutation ($picture: Upload!) {
          complete(input: { model: "${dialect.model}", streamUpstream: false,
            messages: [{ user: { parts: [{ image: { source: { upload: $picture } } }] } }] }) { __typename } }`,
      ),
      map: JSON.stringify({ 0: ['variables.picture'] }),
      0: new File([PNG], 'dot', { type: 'application/octet-stream' }),
    });
    expect(JSON.stringify(upstream.requests[at]?.body)).toContain(
      `data:image/png;base64,${PNG.toString('base64')}`,
    );
  });

  it('brings several files to several places, in lists too', async () => {
    const [dialect] = DIALECTS;
    if (dialect === undefined) throw new Error('no dialects');
    const at = upstream.requests.length;
    upstream.enqueue(dialect.text(['Seen.']));
    const { body } = await send({
      operations: operations(
        {
          parts: [
            { text: 'Look.' },
            { image: { source: { upload: null } } },
            { image: { source: { upload: null } } },
            { file: { source: { upload: null } } },
          ],
        },
        `mutation ($parts: [ContentPartInput!]!) {
          complete(input: { model: "${dialect.model}", streamUpstream: false, messages: [{ user: { parts: $parts } }] }) {
            __typename ... on Completion { text } ... on Error { message } } }`,
      ),
      map: JSON.stringify({
        picture: ['variables.parts.1.image.source.upload', 'variables.parts.2.image.source.upload'],
        paper: ['variables.parts.3.file.source.upload'],
      }),
      picture: new File([PNG], 'dot.png', { type: 'image/png' }),
      paper: new File(['%PDF-1.4'], 'paper.pdf', { type: 'application/pdf' }),
    });
    expect(body).toEqual({ data: { complete: { __typename: 'Completion', text: 'Seen.' } } });
    const sent = JSON.stringify(upstream.requests[at]?.body);
    expect(sent.split(PNG.toString('base64')).length - 1).toBe(2);
    expect(sent).toContain(Buffer.from('%PDF-1.4').toString('base64'));
    expect(sent).toContain('paper.pdf');
  });

  it('is refused where a file is not what its place takes', async () => {
    for (const [file, problem] of [
      [wav('image/png'), 'input.audio: is image/png; takes audio or video.'],
      [wav('text'), 'input.audio.upload: needs a media type'],
      [new File([], 'hello.wav', { type: 'audio/wav' }), 'input.audio: is empty.'],
    ] as const) {
      const { body } = await send({
        operations: operations({ audio: null }),
        map: JSON.stringify({ 0: ['variables.audio'] }),
        0: file,
      });
      expect(body.data.transcribe).toMatchObject({
        __typename: 'InvalidInputError',
        path: problem.split(':')[0],
      });
      expect(body.data.transcribe.message).toContain(problem);
    }
  });

  it.each(brokenUploads)('is refused %s', async (_how, parts, message) => {
    const { status, body } = await send(parts);
    expect(status).toBe(400);
    expect(body.errors).toHaveLength(1);
    expect(body.errors[0].message).toMatch(message);
    expect(body.errors[0].extensions.code).toBe('BAD_MULTIPART_REQUEST');
  });

  it.each([
    'variables.other',
    'variables.audio.deeper',
    'variables.set',
    'variables.list.5',
    'variables.list.length',
    'variables.list.at',
    'variables.__proto__.polluted',
    'variables.constructor.prototype.polluted',
    '__proto__.polluted',
    'constructor.prototype.polluted',
    'query',
    'extensions.thing',
    'variables',
    '',
  ])('is refused where its map points at "%s"', async (path) => {
    const { status, body } = await send({
      operations: JSON.stringify({
        query: TRANSCRIBE,
        variables: { audio: null, set: 'already', list: [1] },
        extensions: { thing: null },
      }),
      map: JSON.stringify({ 0: [path] }),
      0: wav(),
    });
    expect(status).toBe(400);
    expect(body.errors[0].message).toContain(`"${path}" is no variable that is null`);
  });

  it('reaches no prototype with a variable that is called like one', async () => {
    await send({
      operations: `{"query":${JSON.stringify(TRANSCRIBE)},"variables":{"audio":null,"__proto__":{"polluted":null}}}`,
      map: JSON.stringify({ 0: ['variables.audio', 'variables.__proto__.polluted'] }),
      0: wav(),
    });
    const { body } = await server.post('{ __typename }');
    expect(body).toEqual({ data: { __typename: 'Query' } });
  });

  it('is refused where its body is cut off or is no form', async () => {
    for (const body of [
      '--x\r\ncontent-disposition: form-data; name="operations"\r\n\r\n{}',
      'nonsense',
      '',
    ]) {
      const response = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${server.adminKey}`,
          'content-type': 'multipart/form-data; boundary=x',
        },
        body,
      });
      expect(response.status).toBe(400);
      expect((await response.json()).errors[0].message).toContain('multipart/form-data');
    }
  });

  const sendBody = async (body: string, contentType = 'multipart/form-data; boundary=x') => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${server.adminKey}`,
        'content-type': contentType,
      },
      body,
    });
    return { status: response.status, body: await response.json() };
  };
  const field = (name: string, value: string, rest = ''): string =>
    `--x\r\ncontent-disposition: form-data; name="${name}"${rest}\r\n\r\n${value}\r\n`;
  const fields = field('operations', operations({ audio: null })) + field('map', map);
  const audio = '\r\ncontent-type: audio/wav';

  it.each([
    ['more parts than any has', field('0', '').repeat(101), 'more than 100 parts'],
    [
      'a head without end',
      `--x\r\ncontent-disposition: form-data; name="${'a'.repeat(5_000)}`,
      'cannot be read',
    ],
    ['more headers than any has', `--x\r\n${'a: b\r\n'.repeat(1_000)}\r\n\r\n`, 'cannot be read'],
    ['a part without a name', '--x\r\ncontent-disposition: form-data\r\n\r\n{}\r\n', 'cannot be read'],
    [
      'two files of one name',
      fields + field('0', 'a', '; filename=a') + field('0', 'b', '; filename=b'),
      'several files "0"',
    ],
  ])('is refused with %s', async (_what, parts, message) => {
    const { status, body } = await sendBody(`${parts}--x--\r\n`);
    expect(status).toBe(400);
    expect(body.errors[0].message).toContain(message);
  });

  it.each([
    ['an unquoted name of a file', field('0', 'RIFF', `; filename=a.wav${audio}`)],
    ['a name with a semicolon in it', field('0', 'RIFF', `; filename="a; name=map"${audio}`)],
    ['a name in another script', field('0', 'RIFF', `; filename*=UTF-8''%E5%A3%B0.wav${audio}`)],
    ['an empty name of a file', field('0', 'RIFF', `; filename=""${audio}`)],
    ['headers in capitals', field('0', 'RIFF', `; FileName="a"${audio.toUpperCase()}`)],
  ])('is read with %s', async (_what, part) => {
    const { body } = await sendBody(`${fields}${part}--x--`);
    expect(body.data.transcribe.text).toMatch(/^The sandbox heard 4 bytes of audio\/wav/i);
  });

  it('is read with a preamble, an epilogue, a quoted boundary and padding after it', async () => {
    const form = `Not of interest.\r\n${fields}${field('0', '\r\n--\r\n-x', `; filename="a"${audio}`)}--x--\r\nNor this.`;
    const { body } = await sendBody(
      form.replaceAll('--x\r\n', '--x \t\r\n'),
      'multipart/form-data; charset=utf-8; boundary="x"',
    );
    expect(body.data.transcribe.text).toBe('The sandbox heard 8 bytes of audio/wav.');
  });

  it('is refused where it is larger than a request may be', async () => {
    const { status, body } = await send({
      operations: operations({ audio: null }),
      map,
      0: new File([new Uint8Array(250_000)], 'long.wav', { type: 'audio/wav' }),
    });
    expect(status).toBe(413);
    expect(body.errors[0].extensions.code).toBe('REQUEST_TOO_LARGE');
  });
});

describe('an Upload that is no file', () => {
  it('is refused in JSON, over WebSocket and in an event stream, with what to do', async () => {
    const { body } = await server.post(TRANSCRIBE, { audio: { mediaType: 'audio/wav' } });
    expect(body.errors[0].message).toContain('multipart request');
    const inline = await server.post(
      'mutation { transcribe(input: { model: "sandbox/echo", audio: { upload: "x" } }) { __typename } }',
    );
    expect(inline.body.errors[0].message).toContain('multipart request');

    const socket = graphqlWs.connect(server);
    const events = socket.iterate(
      `subscription ($image: Upload!) { completion(input: { model: "sandbox/echo",
        messages: [{ user: { parts: [{ image: { source: { upload: $image } } }] } }] }) { __typename } }`,
      { image: 'x' },
    );
    expect(JSON.stringify(await events.next().catch((error: unknown) => error))).toContain(
      'multipart request',
    );
    await socket.dispose();

    const stream = await fetch(`${server.url}/graphql/stream`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${server.adminKey}`,
        'content-type': 'application/json',
        accept: 'text/event-stream',
      },
      body: operations({ audio: 'x' }),
    });
    expect(await stream.text()).toContain('multipart request');
  });

  it('has no way in at /graphql/stream', async () => {
    const form = new FormData();
    form.append('operations', operations({ audio: null }));
    form.append('map', JSON.stringify({ 0: ['variables.audio'] }));
    form.append('0', wav());
    const response = await fetch(`${server.url}/graphql/stream`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.adminKey}` },
      body: form,
    });
    expect(response.status).toBe(415);
    expect((await response.json()).errors[0].message).toContain('takes no files');
  });
});
