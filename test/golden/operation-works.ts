import { anthropicTokenCount } from '../../src/wire/operations/anthropic/token-count.ts';
import { geminiEmbeddings } from '../../src/wire/operations/gemini/embeddings.ts';
import { geminiImages } from '../../src/wire/operations/gemini/images.ts';
import { geminiSpeech } from '../../src/wire/operations/gemini/speech.ts';
import { geminiTokenCount } from '../../src/wire/operations/gemini/token-count.ts';
import { geminiTranscription } from '../../src/wire/operations/gemini/transcription.ts';
import { openAiEmbeddings } from '../../src/wire/operations/openai/embeddings.ts';
import { openAiImages } from '../../src/wire/operations/openai/images.ts';
import { openAiModeration } from '../../src/wire/operations/openai/moderation.ts';
import { openAiSpeech } from '../../src/wire/operations/openai/speech.ts';
import { openAiTokenCount } from '../../src/wire/operations/openai/token-count.ts';
import { openAiTranscription } from '../../src/wire/operations/openai/transcription.ts';
import { commonRerank } from '../../src/wire/operations/rerank.ts';
import {
  documentOf,
  OPERATION_CASES,
  type OperationCase,
  PNG,
  WAV,
} from '../faces/graphql/operation-cases.ts';
import type { ServedRest } from '../faces/rest/rest-harness.ts';
import { jsonAnswer, type Script } from '../support/upstream.ts';

/** Each operation as clients ask for it, and as providers of each dialect answer. */

const OPENAI = {
  EMBEDDING: openAiEmbeddings(),
  IMAGE_GENERATION: openAiImages(),
  SPEECH: openAiSpeech(),
  TRANSCRIPTION: openAiTranscription(),
  RERANK: commonRerank(),
  MODERATION: openAiModeration(),
  TOKEN_COUNT: openAiTokenCount(),
};
/** What each provider does; that of Anthropic's dialect does it as a relay would. */
export const CODECS = {
  openai: OPENAI,
  anthropic: { ...OPENAI, TOKEN_COUNT: anthropicTokenCount() },
  gemini: {
    EMBEDDING: geminiEmbeddings(),
    IMAGE_GENERATION: geminiImages(),
    SPEECH: geminiSpeech(),
    TRANSCRIPTION: geminiTranscription(),
    TOKEN_COUNT: geminiTokenCount(),
  },
};

const said = (...parts: readonly object[]): Script =>
  jsonAnswer({
    candidates: [{ content: { parts, role: 'model' }, finishReason: 'STOP', index: 0 }],
    usageMetadata: { promptTokenCount: 4, candidatesTokenCount: 9, totalTokenCount: 13 },
    modelVersion: 'talker-1',
    responseId: 'r-1',
  });
const inline = (mimeType: string, bytes: Uint8Array) => ({
  inlineData: { mimeType, data: Buffer.from(bytes).toString('base64') },
});
const GEMINI_ANSWERS: { readonly [kind: string]: Script } = {
  EMBEDDING: jsonAnswer({ embeddings: [{ values: [0.5, -0.25] }, { values: [0, 1] }] }),
  IMAGE_GENERATION: said(inline('image/png', PNG)),
  SPEECH: said(inline('audio/L16;rate=24000', WAV.subarray(-8))),
  TRANSCRIPTION: said({ text: 'Hello there.' }),
  TOKEN_COUNT: jsonAnswer({ totalTokens: 7 }),
};

const COUNTING: Pick<
  OperationCase,
  'mutation' | 'input' | 'type' | 'kind' | 'variables' | 'fields' | 'invalid'
> & {
  readonly answer: () => Script;
} = {
  mutation: 'countTokens',
  input: 'CountTokensInput',
  type: 'TokenCount',
  kind: 'TOKEN_COUNT',
  variables: { messages: [{ user: { text: 'How many?' } }] },
  fields: 'inputTokens method',
  answer: () => jsonAnswer({ input_tokens: 7 }),
  invalid: { messages: [] },
};
const caseOf = (kind: string): typeof COUNTING => {
  const found = [...OPERATION_CASES, COUNTING].find((each) => each.kind === kind);
  if (found === undefined) throw new Error(`no case of ${kind}`);
  return found;
};

/** Whom to ask; the key is that of the harness unless it is given. */
export type Asked = Pick<ServedRest, 'url' | 'post'> & { readonly key?: string };

/** One way to ask for one operation. */
export type Work = {
  readonly name: string;
  readonly way: 'rest' | 'graph';
  readonly answer: Script;
  readonly geminiAnswer: Script | undefined;
  /** Another form of an operation, for which few situations are different. */
  readonly isVariant: boolean;
  /** What providers call the model, where forms of an operation depend on it. */
  readonly providerModelId: string | undefined;
  /** Makes no sense to anybody. */
  readonly invalid: object;
  /** As traces show it. */
  asked(input: object): string;
  send(rest: Asked, input: object, signal: AbortSignal): Promise<Response>;
};

type RestRow = {
  readonly name: string;
  readonly kind: string;
  readonly path: string;
  readonly body: object;
  readonly invalid: object;
  readonly file?: { readonly name: string; readonly type: string; readonly bytes: Uint8Array<ArrayBuffer> };
  readonly isVariant?: true;
  readonly providerModelId?: string;
};
const recording = { name: 'file', type: 'audio/wav', bytes: Uint8Array.from(WAV) };
const REST: readonly RestRow[] = [
  {
    name: 'embedding',
    kind: 'EMBEDDING',
    path: '/v1/embeddings',
    body: { input: ['one', 'two'] },
    invalid: { input: ['one', ''] },
  },
  {
    name: 'image-generation',
    kind: 'IMAGE_GENERATION',
    path: '/v1/images/generations',
    body: { prompt: 'A red dot' },
    invalid: { prompt: '' },
  },
  {
    name: 'image-edit',
    kind: 'IMAGE_GENERATION',
    path: '/v1/images/edits',
    body: { prompt: 'A red dot' },
    invalid: { prompt: '' },
    file: { name: 'image', type: 'image/png', bytes: Uint8Array.from(PNG) },
    isVariant: true,
  },
  {
    name: 'speech',
    kind: 'SPEECH',
    path: '/v1/audio/speech',
    body: { input: 'Hello', voice: 'alloy' },
    invalid: { input: '' },
  },
  {
    name: 'transcription',
    kind: 'TRANSCRIPTION',
    path: '/v1/audio/transcriptions',
    body: {},
    invalid: { language: 'Klingon' },
    file: recording,
  },
  {
    name: 'translation',
    kind: 'TRANSCRIPTION',
    path: '/v1/audio/translations',
    body: {},
    invalid: { temperature: '3' },
    file: recording,
    isVariant: true,
    providerModelId: 'whisper-1',
  },
  {
    name: 'rerank',
    kind: 'RERANK',
    path: '/v1/rerank',
    body: { query: 'apples', documents: ['sky', 'apples'] },
    invalid: { documents: ['sky', ''] },
  },
  {
    name: 'moderation',
    kind: 'MODERATION',
    path: '/v1/moderations',
    body: { input: 'I hate this.' },
    invalid: { input: '' },
  },
  {
    name: 'token-count',
    kind: 'TOKEN_COUNT',
    path: '/v1/messages/count_tokens',
    body: { messages: [{ role: 'user', content: 'How many?' }] },
    invalid: { messages: [] },
  },
];

const GRAPH = [
  ...[...OPERATION_CASES, COUNTING].map((each) => ({
    ...each,
    isVariant: false,
    providerModelId: undefined,
  })),
  {
    ...caseOf('IMAGE_GENERATION'),
    name: 'editImages',
    variables: {
      prompt: 'A red dot',
      images: [{ data: { mediaType: 'image/png', base64: PNG.toString('base64') } }],
    },
    isVariant: true,
    providerModelId: undefined,
  },
  {
    ...caseOf('TRANSCRIPTION'),
    name: 'translate',
    variables: { ...caseOf('TRANSCRIPTION').variables, timestamps: 'NONE', task: 'TRANSLATE' },
    isVariant: true,
    providerModelId: 'whisper-1',
  },
].map((each) => ({ name: each.mutation, ...each }));

const postForm = (
  { url, key }: Asked,
  { path, file }: RestRow,
  input: object,
  signal: AbortSignal,
): Promise<Response> => {
  const form = new FormData();
  for (const [name, value] of Object.entries(input))
    form.append(name, typeof value === 'string' ? value : JSON.stringify(value));
  if (file !== undefined) form.append(file.name, new Blob([file.bytes], { type: file.type }), 'given');
  return fetch(`${url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key ?? 'mg_test'}` },
    body: form,
    signal,
  });
};

export const WORKS: readonly Work[] = [
  ...REST.map((row): Work => {
    const { name, kind, path, body, invalid, file, isVariant = false, providerModelId } = row;
    return {
      name,
      way: 'rest',
      answer: caseOf(kind).answer(),
      geminiAnswer: GEMINI_ANSWERS[kind],
      isVariant,
      providerModelId,
      invalid,
      asked: (input) =>
        `POST ${path}\n${JSON.stringify({ ...input, ...body, ...input })}${file === undefined ? '' : ` and ${file.name}, ${file.type}`}`,
      send: (rest, input, signal) =>
        file === undefined
          ? rest.post(path, { ...input, ...body, ...input }, { signal })
          : postForm(rest, row, { ...body, ...input }, signal),
    };
  }),
  ...GRAPH.map((each): Work => {
    const { name, kind, answer, variables, invalid, isVariant, providerModelId } = each;
    return {
      name,
      way: 'graph',
      answer: answer(),
      geminiAnswer: GEMINI_ANSWERS[kind],
      isVariant,
      providerModelId,
      invalid,
      asked: (input) => JSON.stringify({ ...input, ...variables, ...input }),
      send: (rest, input, signal) =>
        rest.post(
          '/graphql',
          { query: documentOf(each), variables: { input: { ...variables, ...input } } },
          { headers: { accept: 'application/json' }, signal },
        ),
    };
  }),
];
