import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAiTextFrames } from '../../fixtures/upstream/openai.ts';
import { reportedAnswers } from '../../support/reported-faults.ts';
import { eventStream, gate, jsonAnswer, type Script } from '../../support/upstream.ts';
import { eventsIn, routedTo, type ScriptedServer, startScriptedServer } from './scripted-server.ts';

let scripted: ScriptedServer;
beforeAll(async () => {
  scripted = await startScriptedServer();
});
afterAll(() => scripted?.stop());

const MESSAGES = [{ role: 'user', content: 'Hello' }];
const answer = (text: string): Script =>
  jsonAnswer({
    id: 'c1',
    object: 'chat.completion',
    model: 'm',
    choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 10, completion_tokens: 2, total_tokens: 12 },
  });
const claudeAnswer = jsonAnswer({
  id: 'm',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-5',
  content: [{ type: 'text', text: 'from the second' }],
  stop_reason: 'end_turn',
  usage: { input_tokens: 10, output_tokens: 2 },
});

describe('a prompt that is too long for the first candidate goes to the second', () => {
  const refused = (status: number, body: object): Script => jsonAnswer(body, { status });
  const ask = (first: Script, path = '/chat/completions') =>
    scripted.post(
      path,
      { ...routedTo('relay/k1', 'claude/claude-sonnet-4-5'), messages: MESSAGES, max_tokens: 50 },
      first,
      claudeAnswer,
    );

  it.each([
    [400, { error: { message: 'The total length of all messages is too long.', code: 400 } }],
    [400, { error: { message: 'Prompt 超长', code: '1261' } }],
    [422, { error: '`inputs` must have less than 4096 tokens. Given: 5000', error_type: 'validation' }],
    [
      200,
      {
        base_resp: { status_code: 2013, status_msg: 'invalid params, context window exceeds limit' },
        choices: null,
      },
    ],
  ])('told with status %i: %j', async (status, body) => {
    const { json } = await ask(refused(status, body));
    expect(json).toMatchObject({
      choices: [{ message: { content: 'from the second' } }],
      modelgraph: { attempts: 2 },
    });
    expect((await scripted.lastRow()).attempts[0].error.code).toBe('CONTEXT_LENGTH_EXCEEDED');
  });

  it('also where the refusal is not known, but speaks of a length', async () => {
    const { json } = await ask(
      refused(400, { error: { message: 'Bad length: 900000 characters' } }),
      '/messages',
    );
    expect(json.content[0].text).toBe('from the second');
    expect((await scripted.lastRow()).attempts[0].error.code).toBe('INVALID_REQUEST');
  });

  it('and where there is no second the client is told so, on each face', async () => {
    const body = { model: 'relay/k1', messages: MESSAGES, max_tokens: 50 };
    const long = refused(400, { error: { message: 'Your request exceeded model token limit: 262144' } });
    expect(await scripted.post('/chat/completions', body, long)).toMatchObject({
      status: 400,
      json: { error: { code: 'context_length_exceeded' } },
    });
    const messages = await scripted.post('/messages', body, long);
    expect(messages).toMatchObject({ status: 400, json: { error: { type: 'invalid_request_error' } } });
    const responses = await scripted.post('/responses', { model: 'relay/k1', input: 'Hi' }, long);
    expect(responses).toMatchObject({ status: 400, json: { error: { code: 'context_length_exceeded' } } });
  });

  const reported = reportedAnswers('09-context-length-in-other-words');
  it.runIf(reported !== undefined)('in every wording that was reported', async () => {
    const answers = (reported ?? '').split(/^HTTP\/1\.1 /m).slice(1);
    expect(answers.length).toBeGreaterThan(5);
    for (const each of answers) {
      const body = JSON.parse(each.slice(each.indexOf('\n\n')));
      const { json } = await ask(refused(Number(each.slice(0, 3)), body));
      expect(json?.modelgraph?.attempts, each).toBe(2);
    }
  });
});

type Packer = readonly [name: string, pack: (text: string) => Uint8Array];
const PACKERS: readonly Packer[] = [
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
  ['zstd', zstdCompressSync],
];
const packed = (name: string, body: Uint8Array, type: string, more: object = {}): Script => ({
  headers: { 'content-type': type, 'content-encoding': name },
  body,
  ...more,
});
const LIMITED = JSON.stringify({ error: { message: 'slow down', code: 'rate_limit_exceeded' } });
const OK = JSON.stringify({
  id: 'c1',
  choices: [{ index: 0, message: { role: 'assistant', content: 'unpacked' }, finish_reason: 'stop' }],
});

describe('a packed answer', () => {
  const chat = (script: Script, more: object = {}) =>
    scripted.post('/chat/completions', { model: 'relay/k1', messages: MESSAGES, ...more }, script);

  it.each(PACKERS)('is read whole, by %s', async (name, pack) => {
    const { json } = await chat(packed(name, pack(OK), 'application/json'));
    expect(json.choices[0].message.content).toBe('unpacked');
  });

  it.each<Packer>([
    ['deflate', deflateRawSync],
    ['gzip, gzip', (text) => gzipSync(gzipSync(text))],
    ['gzip', (text) => Buffer.from(text)],
    ['zstd', (text) => Buffer.from(text)],
    ['X-GZIP', gzipSync],
  ])('is read as some send it, by %s', async (name, pack) => {
    const { json } = await chat(packed(name, pack(OK), 'application/json'));
    expect(json.choices[0].message.content).toBe('unpacked');
  });

  it.each(PACKERS)('is read as a stream, by %s', async (name, pack) => {
    const body = pack(openAiTextFrames(['One', ' two', ' three']).join(''));
    const half = body.byteLength >> 1;
    const { text } = await chat(
      eventStream([body.subarray(0, half), body.subarray(half)], { headers: { 'content-encoding': name } }),
      { stream: true },
    );
    const said = eventsIn(text).flatMap(({ choices }) => choices[0]?.delta?.content ?? []);
    expect(said.join('')).toBe('One two three');
  });

  it('reaches the client piece by piece as a stream', async () => {
    const last = gate();
    const frames = openAiTextFrames(['One', ' two']);
    const { createGzip, constants } = await import('node:zlib');
    const zip = createGzip({ flush: constants.Z_SYNC_FLUSH });
    const pieces: Uint8Array[] = [];
    zip.on('data', (piece: Uint8Array) => pieces.push(piece));
    await new Promise<void>((resolve) =>
      zip.write(frames.slice(0, 2).join(''), () => zip.flush(() => resolve())),
    );
    const begun = Buffer.concat(pieces.splice(0));
    await new Promise<void>((resolve) => {
      zip.on('end', resolve);
      zip.end(frames.slice(2).join(''));
    });
    scripted.upstream.enqueue(
      eventStream([begun, last.opened, Buffer.concat(pieces)], { headers: { 'content-encoding': 'gzip' } }),
    );
    const response = await fetch(`${scripted.server.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${scripted.server.adminKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'relay/k1', messages: MESSAGES, stream: true }),
    });
    const decoder = new TextDecoder();
    let text = '';
    for await (const piece of response.body ?? []) {
      text += decoder.decode(piece, { stream: true });
      // The rest comes only once the client has the beginning.
      if (text.includes('One')) last.open();
    }
    expect(text).toContain(' two');
  });

  it('that grows without measure is given up, and another candidate answers', async () => {
    const bomb = gzipSync(Buffer.alloc(32 * 1024 * 1024, ' '));
    const { json } = await scripted.post(
      '/chat/completions',
      { ...routedTo('relay/k1', 'second/k2'), messages: MESSAGES },
      packed('gzip', bomb, 'application/json'),
      answer('from the second'),
    );
    expect(json.choices[0].message.content).toBe('from the second');
  });

  it('that breaks off is no success', async () => {
    const body = gzipSync(OK);
    const { status } = await chat(
      packed('gzip', body.subarray(0, body.byteLength - 12), 'application/json'),
      {
        modelgraph: { routing: { candidates: [{ offering: 'relay/k1' }], fallback: { retries: 0 } } },
      },
    );
    expect(status).toBe(502);
  });
});

describe('a limit keeps its meaning and its time whatever its body is', () => {
  const limited = (headers: object, body: string | Uint8Array): Script => ({
    status: 429,
    headers: { 'retry-after': '7', ...headers },
    body,
  });
  const type = { 'content-type': 'application/json' };
  it.each<readonly [string, Script]>([
    ...PACKERS.map(
      ([name, pack]) => [name, limited({ ...type, 'content-encoding': name }, pack(LIMITED))] as const,
    ),
    ['a coding nobody knows', limited({ ...type, 'content-encoding': 'aes128gcm' }, 'xxxx')],
    ['broken gzip', limited({ ...type, 'content-encoding': 'gzip' }, gzipSync(LIMITED).subarray(0, 20))],
    [
      'what is no gzip',
      limited({ ...type, 'content-encoding': 'gzip' }, Buffer.from([0x1f, 0x8b, 1, 2, 3, 4])),
    ],
    ['a web page', limited({ 'content-type': 'text/html' }, '<html><title>429</title></html>')],
    ['nothing', limited({}, '')],
    ['bytes', limited({ ...type }, Buffer.from([0xff, 0xfe, 0x00, 0x01, 0x80]))],
  ])('%s', async (_name, script) => {
    // Elsewhere each time, as an offering that is limited is left alone.
    const { status, json, headers } = await scripted.post(
      '/chat/completions',
      {
        model: `relay/${crypto.randomUUID()}`,
        messages: MESSAGES,
        modelgraph: { timeouts: { totalMs: 3_000 } },
      },
      script,
    );
    expect({ status, code: json.error.code, wait: headers.get('retry-after') }).toEqual({
      status: 429,
      code: 'rate_limit_exceeded',
      wait: '7',
    });
    expect(json.error.message).not.toContain('\uFFFD');
  });
});

describe('a wait', () => {
  const now = (): number => Date.now();
  const waitTold = async (headers: { readonly [name: string]: string }, body: object = { error: {} }) => {
    await scripted.post(
      '/chat/completions',
      {
        model: `relay/${crypto.randomUUID()}`,
        messages: MESSAGES,
        modelgraph: { timeouts: { totalMs: 1_000 } },
      },
      jsonAnswer(body, { status: 429, headers }),
    );
    return (await scripted.lastRow()).attempts[0].error.retryAfterMs;
  };
  const about = (expected: number) => (told: number) => Math.abs(told - expected) < 30_000;

  it.each<readonly [string, { readonly [name: string]: string }, object | undefined, number]>([
    ['seconds', { 'retry-after': '90' }, undefined, 90_000],
    ['a duration', { 'retry-after': '1m30s' }, undefined, 90_000],
    ['milliseconds', { 'retry-after': '90000ms' }, undefined, 90_000],
    ['a header in milliseconds', { 'retry-after-ms': '90000', 'retry-after': '5' }, undefined, 90_000],
    ["Azure's header", { 'x-ms-retry-after-ms': '90000' }, undefined, 90_000],
    ['a Unix time', { 'retry-after': String(Math.round(now() / 1_000) + 90) }, undefined, 90_000],
    ['a Unix time in milliseconds', { 'x-ratelimit-reset': String(now() + 90_000) }, undefined, 90_000],
    ['an HTTP date', { 'retry-after': new Date(now() + 90_000).toUTCString() }, undefined, 90_000],
    ['a date of RFC 3339', { 'retry-after': new Date(now() + 90_000).toISOString() }, undefined, 90_000],
    ['details', {}, { error: { details: [{ retryDelay: '90s' }] } }, 90_000],
    ['a member', {}, { error: { metadata: { retry_after_seconds: 90 } } }, 90_000],
  ])('is understood as %s', async (_name, headers, body, expected) => {
    expect(await waitTold(headers, body)).toSatisfy(about(expected));
  });

  const ROUTED = routedTo('relay/k1', 'second/k2');
  it.each([
    ['31 days', { 'retry-after': String(31 * 86_400) }],
    ['a date in years', { 'retry-after': 'Fri, 01 Jan 2038 00:00:00 GMT' }],
    [
      'nothing left until tomorrow',
      { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '24h' },
    ],
    ['more than any number', { 'retry-after': '9'.repeat(15) }],
  ])(
    'that no one can mean, %s, closes no offering: it is called where nothing else is left',
    async (_name, headers) => {
      const offering = `relay/${crypto.randomUUID()}`;
      const limited = jsonAnswer({ error: { message: 'limit' } }, { status: 429, headers });
      const ask = (...scripts: readonly Script[]) =>
        scripted.post(
          '/chat/completions',
          { ...ROUTED, ...routedTo(offering, 'second/k2'), messages: MESSAGES },
          ...scripts,
        );
      expect((await ask(limited, answer('the second'))).json.choices[0].message.content).toBe('the second');
      // While the other is there it stands behind it.
      expect((await ask(answer('the second again'))).json.modelgraph.offering).toBe('second/k2');
      const alone = await scripted.post(
        '/chat/completions',
        { model: offering, messages: MESSAGES },
        answer('back'),
      );
      expect(alone.json.choices[0].message.content).toBe('back');
    },
  );

  it('of minutes is kept: the offering is not called', async () => {
    const offering = `relay/${crypto.randomUUID()}`;
    const body = { model: offering, messages: MESSAGES, modelgraph: { timeouts: { totalMs: 1_000 } } };
    await scripted.post(
      '/chat/completions',
      body,
      jsonAnswer({}, { status: 429, headers: { 'retry-after': '300' } }),
    );
    const before = scripted.upstream.requests.length;
    expect((await scripted.post('/chat/completions', body)).status).toBe(503);
    expect(scripted.upstream.requests.length).toBe(before);
  });
});
