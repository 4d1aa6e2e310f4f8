import { expect } from 'vitest';
import { bedrock } from '../../../../src/adapters/providers/known/bedrock.ts';
import { cohere } from '../../../../src/adapters/providers/known/cohere.ts';
import { deepgram } from '../../../../src/adapters/providers/known/deepgram.ts';
import { elevenlabs } from '../../../../src/adapters/providers/known/elevenlabs.ts';
import type { KnownProvider } from '../../../../src/adapters/providers/known-provider.ts';
import type { OperationKind } from '../../../../src/domain/operation.ts';
import type { OperationAdapter, OperationAdapters } from '../../../../src/ports/provider.ts';
import {
  describeOperation,
  type OperationCase,
  type OperationSituation,
} from '../../../contract/operation.ts';
import {
  bedrockEmbedding,
  bedrockError,
  bedrockImage,
  bedrockRanking,
  bedrockTokenCount,
} from '../../../fixtures/upstream/bedrock.ts';
import { cohereEmbedding, cohereError, cohereRanking } from '../../../fixtures/upstream/cohere.ts';
import { deepgramError, deepgramSpeech, deepgramTranscript } from '../../../fixtures/upstream/deepgram.ts';
import {
  elevenLabsError,
  elevenLabsSpeech,
  elevenLabsTranscript,
} from '../../../fixtures/upstream/elevenlabs.ts';
import { NEVER, type Script } from '../../../support/upstream.ts';
import { connected, KEY } from './connected.ts';

type Errors = {
  readonly known: KnownProvider;
  readonly rateLimited: (headers: { readonly [name: string]: string }) => Script;
  readonly unauthorized: Script;
};

const withHeaders = (script: Script, headers: { readonly [name: string]: string }): Script => ({
  ...script,
  headers: { ...script.headers, ...headers },
});

const BEDROCK: Errors = {
  known: bedrock,
  rateLimited: (headers) => bedrockError(429, 'ThrottlingException', 'Too many requests.', headers),
  unauthorized: bedrockError(401, 'UnrecognizedClientException', `The token ${KEY} is invalid.`),
};
const COHERE: Errors = {
  known: cohere,
  rateLimited: (headers) => cohereError(429, 'Please wait and try again later.', headers),
  unauthorized: cohereError(401, `invalid api token ${KEY}`),
};
const DEEPGRAM: Errors = {
  known: deepgram,
  rateLimited: (headers) => withHeaders(deepgramError(429, 'TOO_MANY_REQUESTS', 'Slow down.'), headers),
  unauthorized: deepgramError(401, 'INVALID_AUTH', `Invalid credentials: ${KEY}`),
};
const ELEVENLABS: Errors = {
  known: elevenlabs,
  rateLimited: (headers) =>
    withHeaders(elevenLabsError(429, 'too_many_concurrent_requests', 'Slow down.'), headers),
  unauthorized: elevenLabsError(401, 'invalid_api_key', `Invalid API key ${KEY}`),
};

/** The first half of the right answer; its length says that there is more. */
const halfOf = (answer: Script, ending: 'cut' | 'hang'): Script => {
  const { body } = answer;
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) throw new Error('an answer in one piece');
  const bytes = Buffer.from(body);
  return {
    headers: { ...answer.headers, 'content-length': String(bytes.byteLength) },
    body: bytes.subarray(0, Math.floor(bytes.byteLength / 2)),
    ending,
  };
};

const scriptFor = (errors: Errors, answer: Script, situation: OperationSituation): Script => {
  switch (situation.kind) {
    case 'done':
      return answer;
    case 'rateLimited':
      return errors.rateLimited({ 'retry-after': String(situation.retryAfterMs / 1000) });
    case 'unauthorized':
      return errors.unauthorized;
    case 'malformed':
      return { headers: { 'content-type': 'application/json' }, body: situation.body };
    case 'cut':
      return halfOf(answer, 'cut');
    case 'hang':
      return situation.at === 'HEADERS' ? { before: NEVER } : halfOf(answer, 'hang');
  }
};

const describeThroughPackage = <Kind extends OperationKind>(
  errors: Errors,
  answer: Script,
  pick: (adapters: OperationAdapters) => OperationAdapter<Kind> | undefined,
  given: OperationCase<Kind>,
): void =>
  describeOperation({ ...given, name: `${errors.known.name}, ${given.name}` }, async () => {
    const { provider, upstream, clock, close } = await connected(errors.known, {
      variables: { AWS_REGION: 'us-east-1' },
    });
    const adapter = pick(provider.operations);
    if (adapter === undefined) throw new Error('the provider lacks the operation');
    return {
      adapter,
      clock,
      secrets: [KEY],
      prepare: (situation) => upstream.enqueue(scriptFor(errors, answer, situation)),
      sent: () =>
        upstream.requests.map(({ path, bytes }) => path + Buffer.from(bytes).toString('latin1')).join('\n'),
      async underWay(at, n) {
        await upstream.received(n);
        if (at === 'BODY')
          await expect.poll(() => upstream.bytesWritten(n), { interval: 1 }).toBeGreaterThan(0);
      },
      released: (n) => upstream.closedByClient(n),
      close,
    };
  });

const RANKING = {
  ranking: [
    { index: 1, score: 0.9 },
    { index: 0, score: 0.1 },
  ],
};
const RERANK = { query: 'q', documents: ['a', 'b'] };
const AUDIO = { mediaType: 'audio/mpeg', bytes: new Uint8Array([1, 2, 3]) };
const SPOKEN = { audio: { mediaType: 'audio/mpeg', bytes: new Uint8Array([0xff, 0xfb, 0x90, 0x64]) } };
const WORDS = [
  { text: 'Hello', start: 0.1, end: 0.4 },
  { text: 'there.', start: 0.5, end: 1.2 },
];

describeThroughPackage(BEDROCK, bedrockEmbedding(), ({ EMBEDDING }) => EMBEDDING, {
  name: 'vectors',
  providerModelId: 'amazon.titan-embed-text-v2:0',
  request: { inputs: ['one'] },
  result: { vectors: [[0.25, -0.5]] },
  usage: { input: 4 },
  unsupported: {
    request: { inputs: ['one'], dimensions: 777, purpose: 'QUERY' },
    names: ['dimensions', 'purpose'],
    unsent: '777',
  },
});
describeThroughPackage(BEDROCK, bedrockImage(), ({ IMAGE_GENERATION }) => IMAGE_GENERATION, {
  name: 'images',
  providerModelId: 'amazon.nova-canvas-v1:0',
  request: { prompt: 'a cat', images: [] },
  result: {
    images: [{ image: { mediaType: 'image/png', bytes: Buffer.from('iVBORw0KGgo=', 'base64') } }],
  },
  usage: { images: 1 },
  unsupported: {
    request: { prompt: 'a cat', images: [], aspectRatio: '7:9' },
    names: ['aspectRatio'],
    unsent: '7:9',
  },
});
describeThroughPackage(BEDROCK, bedrockRanking(), ({ RERANK }) => RERANK, {
  name: 'rankings',
  providerModelId: 'cohere.rerank-v3-5:0',
  request: RERANK,
  result: RANKING,
  usage: { requests: 1 },
});
describeThroughPackage(BEDROCK, bedrockTokenCount(), ({ TOKEN_COUNT }) => TOKEN_COUNT, {
  name: 'counts of tokens',
  providerModelId: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
  request: { messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }], tools: [] },
  result: { inputTokens: 19, method: 'PROVIDER' },
  usage: undefined,
  unsupported: {
    request: {
      messages: [
        {
          role: 'user',
          parts: [
            { type: 'text', text: 'Hi' },
            { type: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } },
          ],
        },
      ],
      tools: [],
    },
    names: ['imageUrl'],
    unsent: 'example.com',
  },
});
describeThroughPackage(COHERE, cohereEmbedding(), ({ EMBEDDING }) => EMBEDDING, {
  name: 'vectors',
  providerModelId: 'embed-v4.0',
  request: { inputs: ['one', 'two'] },
  result: {
    vectors: [
      [0.25, -0.5],
      [0.125, 1],
    ],
  },
  usage: { input: 4 },
  unsupported: {
    request: { inputs: ['one', 'two'], dimensions: 777, purpose: 'SIMILARITY' },
    names: ['dimensions', 'purpose'],
    unsent: '777',
  },
});
describeThroughPackage(COHERE, cohereRanking(), ({ RERANK }) => RERANK, {
  name: 'rankings',
  providerModelId: 'rerank-v3.5',
  request: RERANK,
  result: RANKING,
  usage: { requests: 1 },
});
describeThroughPackage(DEEPGRAM, deepgramSpeech(), ({ SPEECH }) => SPEECH, {
  name: 'speech',
  providerModelId: 'aura-2-thalia-en',
  request: { text: 'Hello.' },
  result: SPOKEN,
  usage: { characters: 7 },
  unsupported: {
    request: { text: 'Hello.', instructions: 'Whisper.' },
    names: ['instructions'],
    unsent: 'Whisper',
  },
});
describeThroughPackage(DEEPGRAM, deepgramTranscript(), ({ TRANSCRIPTION }) => TRANSCRIPTION, {
  name: 'transcripts',
  providerModelId: 'nova-3',
  request: { audio: AUDIO, task: 'TRANSCRIBE', timestamps: 'WORD' },
  result: { text: 'Hello there.', language: 'en', durationSeconds: 1.5, segments: [], words: WORDS },
  usage: { seconds: 1.5 },
  unsupported: {
    request: { audio: AUDIO, task: 'TRANSCRIBE', timestamps: 'WORD', prompt: 'Spelling' },
    names: ['prompt'],
    unsent: 'Spelling',
  },
});
describeThroughPackage(ELEVENLABS, elevenLabsSpeech(), ({ SPEECH }) => SPEECH, {
  name: 'speech',
  providerModelId: 'eleven_flash_v2_5',
  request: { text: 'Hello.', voice: 'abc123' },
  result: SPOKEN,
  usage: { characters: 7 },
  unsupported: {
    request: { text: 'Hello.', voice: 'abc123', instructions: 'Whisper.' },
    names: ['instructions'],
    unsent: 'Whisper',
  },
});
describeThroughPackage(ELEVENLABS, elevenLabsTranscript(), ({ TRANSCRIPTION }) => TRANSCRIPTION, {
  name: 'transcripts',
  providerModelId: 'scribe_v2',
  request: { audio: AUDIO, task: 'TRANSCRIBE', timestamps: 'WORD' },
  result: { text: 'Hello there.', language: 'eng', durationSeconds: 1.5, segments: [], words: WORDS },
  usage: { seconds: 1.5 },
  unsupported: {
    request: { audio: AUDIO, task: 'TRANSCRIBE', timestamps: 'WORD', prompt: 'Spelling' },
    names: ['prompt'],
    unsent: 'Spelling',
  },
});
