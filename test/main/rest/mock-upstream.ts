import { once } from 'node:events';
import { createServer, type IncomingMessage, request as send } from 'node:http';
import { LLMock } from '@copilotkit/aimock';
import { askedIn } from './asked-of-model.ts';
import { answerOf } from './playing-model.ts';

export type MockRequest = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  /** Parsed where it is JSON, else the text. */
  // biome-ignore lint/suspicious/noExplicitAny: bodies of several dialects
  readonly body: any;
};

/** OpenAI, Anthropic and Google on one port, played by a mock server that nobody here wrote. */
export type MockUpstream = {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  readonly requests: readonly MockRequest[];
  close(): Promise<void>;
};

const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

/** The mock's own reading of a request leaves out what only some dialects have: it comes by this header. */
const CONTEXT = 'x-aimock-context';

/** What the mock server does not know, in the providers' own words; undefined: it is asked. */
const answerBesides = (path: string, body: MockRequest['body']): object | undefined => {
  if (path.endsWith('/count_tokens')) return { input_tokens: 18 };
  if (path.endsWith('/input_tokens')) return { object: 'response.input_tokens', input_tokens: 18 };
  if (path.includes(':countTokens')) return { totalTokens: 18 };
  if (path.includes(':batchEmbedContents'))
    return { embeddings: body.requests.map(() => ({ values: [0.25, -0.5] })) };
  return undefined;
};

const parsed = (text: string): MockRequest['body'] => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

const startMock = async (): Promise<LLMock> => {
  const mock = new LLMock({ port: 0, host: '127.0.0.1', chunkSize: 6, latency: 3, journalMaxEntries: 10 });
  let turn = 0;
  mock
    .on({ endpoint: 'image' }, { images: [{ b64Json: PIXEL }] })
    .on({ endpoint: 'speech' }, { audio: Buffer.from('RIFF0000WAVEfmt ').toString('base64'), format: 'mp3' })
    .on(
      { endpoint: 'transcription' },
      { transcription: { text: 'It was said.', language: 'english', duration: 2 } },
    )
    .on(
      { endpoint: 'translation' },
      { transcription: { text: 'It was said.', language: 'english', duration: 2 } },
    )
    .on({ endpoint: 'embedding' }, { embedding: [0.25, -0.5] })
    .on(
      { model: /-tts/ },
      {
        audio: {
          b64Json: Buffer.from([1, 0, 2, 0]).toString('base64'),
          contentType: 'audio/L16;codec=pcm;rate=24000',
        },
      },
    )
    .on({ predicate: () => true }, (request) => {
      turn += 1;
      const { _context } = request;
      return answerOf(request, JSON.parse(decodeURIComponent(_context ?? '')), turn);
    })
    .onModerate(/kill/, {
      flagged: true,
      categories: { violence: true, hate: false },
      category_scores: { violence: 0.9, hate: 0.1 },
    });
  await mock.start();
  return mock;
};

export const startMockUpstream = async (): Promise<MockUpstream> => {
  const mock = await startMock();
  const requests: MockRequest[] = [];
  const server = createServer(async (incoming, response) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    const { method = 'GET', url = '/', headers } = incoming;
    const body = parsed(bytes.toString('utf8'));
    requests.push({ method, path: url, headers, body });
    const besides = answerBesides(url, body);
    if (besides !== undefined) {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(besides));
      return;
    }
    const context = typeof body === 'object' ? encodeURIComponent(JSON.stringify(askedIn(body))) : undefined;
    const passed = send(`${mock.url}${url}`, {
      method,
      headers: { ...headers, ...(context !== undefined && { [CONTEXT]: context }) },
    });
    passed.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on('error', () => response.destroy());
    response.on('close', () => passed.destroy());
    passed.end(bytes);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await Promise.all([closed, mock.stop()]);
    },
  };
};
