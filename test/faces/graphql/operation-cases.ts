import { jsonAnswer, type Script } from '../../support/upstream.ts';

/** One operation as clients ask for it, and as an upstream answers. Written after OpenAI's and Jina's references. */
export type OperationCase = {
  readonly mutation: string;
  readonly input: string;
  /** The member of the result's union that is a success. */
  readonly type: string;
  readonly kind: string;
  readonly model: string;
  readonly variables: { readonly [name: string]: unknown };
  /** Of the success. */
  readonly fields: string;
  readonly answer: () => Script;
  /** What those fields hold. */
  readonly content: object;
  /** Where the call goes, below the upstream's address. */
  readonly path: string;
  readonly usage: { readonly [kind: string]: number };
  /** Exact USD by the prices of `OPERATIONS_CONFIG`. */
  readonly cost: string;
  /** A parameter that this model cannot honour. */
  readonly unsupported?: { readonly [name: string]: unknown };
  /** Its name, as the error and the warning give it. */
  readonly unsupportedName?: string;
  /** What the core or the face refuses, and where it says so. */
  readonly invalid: { readonly [name: string]: unknown };
  readonly invalidPath: string;
};

export const KEY = 'sk-test-operations-secret';

/** Known providers that one upstream plays, with prices that are easy to multiply. */
export const operationsConfig = (upstreamUrl: string): string => `
providers:
  - id: openai
    apiKey: ${KEY}
    baseUrl: ${upstreamUrl}/v1
    models:
      - { id: text-embedding-3-small, prices: { input: 2 } }
      - { id: gpt-image-1, prices: { input: 5, perImage: 0.25 } }
      - { id: dall-e-3, prices: { perImage: 0.25 } }
      - { id: tts-1, prices: { perMillionCharacters: 15 } }
      - { id: whisper-1, prices: { perSecond: 0.5 } }
      - { id: omni-moderation-latest, prices: { input: 1 } }
      - { id: text-moderation-latest, prices: { input: 1 } }
  - id: anthropic
    apiKey: ${KEY}
    baseUrl: ${upstreamUrl}
  - id: together
    apiKey: ${KEY}
    baseUrl: ${upstreamUrl}/v1
    models:
      - { id: mixedbread-ai/Mxbai-Rerank-Large-V2, prices: { input: 4 } }
`;

export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC',
  'base64',
);
export const SPOKEN = Buffer.from('ID3 not really an MP3, but bytes are bytes');
export const WAV = Buffer.concat([
  Buffer.from('RIFF\x2c\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00', 'latin1'),
  Buffer.from([0x40, 0x1f, 0, 0, 0x40, 0x1f, 0, 0, 1, 0, 8, 0]),
  Buffer.from('data\x08\x00\x00\x00', 'latin1'),
  Buffer.alloc(8, 0x80),
]);

const pngData = { mediaType: 'image/png', base64: PNG.toString('base64') };
const wavData = { mediaType: 'audio/wav', base64: WAV.toString('base64') };

export const OPERATION_CASES: readonly OperationCase[] = [
  {
    mutation: 'embed',
    input: 'EmbedInput',
    type: 'Embedding',
    kind: 'EMBEDDING',
    model: 'openai/text-embedding-3-small',
    variables: { inputs: ['one', 'two'] },
    fields: 'vectors',
    answer: () =>
      jsonAnswer({
        object: 'list',
        data: [
          { object: 'embedding', index: 0, embedding: [0.5, -0.25] },
          { object: 'embedding', index: 1, embedding: [0, 1] },
        ],
        model: 'text-embedding-3-small',
        usage: { prompt_tokens: 2, total_tokens: 2 },
      }),
    content: {
      vectors: [
        [0.5, -0.25],
        [0, 1],
      ],
    },
    path: '/v1/embeddings',
    usage: { input: 2 },
    cost: '0.000004',
    unsupported: { purpose: 'QUERY' },
    unsupportedName: 'purpose',
    invalid: { inputs: [] },
    invalidPath: 'input.inputs',
  },
  {
    mutation: 'generateImages',
    input: 'GenerateImagesInput',
    type: 'ImageGeneration',
    kind: 'IMAGE_GENERATION',
    model: 'openai/dall-e-3',
    variables: { prompt: 'A red dot' },
    fields: 'images { image { mediaType bytes base64 url expiresAt } revisedPrompt }',
    answer: () =>
      jsonAnswer({
        created: 1713833628,
        data: [{ b64_json: pngData.base64, revised_prompt: 'A very red dot' }],
      }),
    content: {
      images: [
        {
          image: {
            mediaType: 'image/png',
            bytes: PNG.length,
            base64: pngData.base64,
            url: null,
            expiresAt: null,
          },
          revisedPrompt: 'A very red dot',
        },
      ],
    },
    path: '/v1/images/generations',
    usage: { images: 1 },
    cost: '0.25',
    unsupported: { format: 'WEBP' },
    unsupportedName: 'format',
    invalid: { images: [{ data: wavData }] },
    invalidPath: 'input.images[0]',
  },
  {
    mutation: 'synthesizeSpeech',
    input: 'SynthesizeSpeechInput',
    type: 'Speech',
    kind: 'SPEECH',
    model: 'openai/tts-1',
    variables: { text: 'Hello', voice: 'alloy' },
    fields: 'audio { mediaType bytes base64 url }',
    answer: () => ({ headers: { 'content-type': 'audio/mpeg' }, body: SPOKEN }),
    content: {
      audio: {
        mediaType: 'audio/mpeg',
        bytes: SPOKEN.length,
        base64: SPOKEN.toString('base64'),
        url: null,
      },
    },
    path: '/v1/audio/speech',
    usage: { characters: 5 },
    cost: '0.000075',
    unsupported: { instructions: 'Whisper.' },
    unsupportedName: 'instructions',
    invalid: { text: '' },
    invalidPath: 'input.text',
  },
  {
    mutation: 'transcribe',
    input: 'TranscribeInput',
    type: 'Transcription',
    kind: 'TRANSCRIPTION',
    model: 'openai/whisper-1',
    variables: { audio: { data: wavData }, timestamps: 'WORD' },
    fields: 'text language durationSeconds words { text start end } segments { text }',
    answer: () =>
      jsonAnswer({
        task: 'transcribe',
        language: 'english',
        duration: 1.5,
        text: 'Hello there.',
        words: [
          { word: 'Hello', start: 0, end: 0.5 },
          { word: 'there', start: 0.5, end: 1.5 },
        ],
        usage: { type: 'duration', seconds: 2 },
      }),
    content: {
      text: 'Hello there.',
      language: 'english',
      durationSeconds: 1.5,
      words: [
        { text: 'Hello', start: 0, end: 0.5 },
        { text: 'there', start: 0.5, end: 1.5 },
      ],
      segments: [],
    },
    path: '/v1/audio/transcriptions',
    usage: { seconds: 2 },
    cost: '1',
    unsupported: { task: 'TRANSLATE', timestamps: 'WORD' },
    unsupportedName: 'timestamps',
    invalid: { audio: { data: pngData } },
    invalidPath: 'input.audio',
  },
  {
    mutation: 'rerank',
    input: 'RerankInput',
    type: 'Reranking',
    kind: 'RERANK',
    model: 'together/mixedbread-ai/Mxbai-Rerank-Large-V2',
    variables: { query: 'apples', documents: ['sky', 'apples'] },
    fields: 'ranking { index score }',
    answer: () =>
      jsonAnswer({
        model: 'Mxbai-Rerank-Large-V2',
        results: [
          { index: 1, relevance_score: 0.9 },
          { index: 0, relevance_score: 0.1 },
        ],
        usage: { prompt_tokens: 6, completion_tokens: 0, total_tokens: 6 },
      }),
    content: {
      ranking: [
        { index: 1, score: 0.9 },
        { index: 0, score: 0.1 },
      ],
    },
    path: '/v1/rerank',
    usage: { input: 6 },
    cost: '0.000024',
    invalid: { documents: [] },
    invalidPath: 'input.documents',
  },
  {
    mutation: 'moderate',
    input: 'ModerateInput',
    type: 'Moderation',
    kind: 'MODERATION',
    model: 'openai/text-moderation-latest',
    variables: { inputs: [{ text: 'I hate this.' }] },
    fields: 'verdicts { flagged categories { name flagged score } }',
    answer: () =>
      jsonAnswer({
        id: 'modr-1',
        model: 'text-moderation-007',
        results: [
          { flagged: true, categories: { hate: true, violence: false }, category_scores: { hate: 0.75 } },
        ],
        usage: { prompt_tokens: 3, total_tokens: 3 },
      }),
    content: {
      verdicts: [
        {
          flagged: true,
          categories: [
            { name: 'hate', flagged: true, score: 0.75 },
            { name: 'violence', flagged: false, score: null },
          ],
        },
      ],
    },
    path: '/v1/moderations',
    usage: { input: 3 },
    cost: '0.000003',
    unsupported: { inputs: [{ text: 'And this?' }, { image: { data: pngData } }] },
    unsupportedName: 'image',
    invalid: { inputs: [] },
    invalidPath: 'input.inputs',
  },
];

/** A document that asks for everything that a result of the operation has. */
export const documentOf = ({
  mutation,
  input,
  type,
  fields,
}: Pick<OperationCase, 'mutation' | 'input' | 'type' | 'fields'>): string => `
  mutation ($input: ${input}!) {
    result: ${mutation}(input: $input) {
      __typename
      ... on ${type} { ${fields} operation { ...Row } }
      ... on Error { message }
      ... on InvalidInputError { path problem }
      ... on UnsupportedParameterError { parameters { name problem } }
      ... on UnsupportedOperationError { model }
      ... on UpstreamError {
        code retry retryAfterMs httpStatus providerId completionId
        failedOperation { ...Row }
      }
    }
  }
  fragment Row on Operation {
    id kind status keyId createdAt user metadata
    offering { id }
    usage { input output images characters seconds requests }
    cost { __typename ... on PricedCost { total { amount currency } } ... on UnpricedCost { reason } }
    attempts { index status offeringId error { code } }
    timings { totalMs }
    warnings { code parameter message }
    error { code }
  }
`;
