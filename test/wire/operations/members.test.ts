import { describe, expect, test } from 'vitest';
import type { OperationKind, OperationRequests } from '../../../src/domain/operation.ts';
import type { OperationCodec } from '../../../src/wire/operation-codec.ts';
import { anthropicTokenCount } from '../../../src/wire/operations/anthropic/token-count.ts';
import { geminiEmbeddings } from '../../../src/wire/operations/gemini/embeddings.ts';
import { geminiImages } from '../../../src/wire/operations/gemini/images.ts';
import { geminiSpeech } from '../../../src/wire/operations/gemini/speech.ts';
import { geminiTokenCount } from '../../../src/wire/operations/gemini/token-count.ts';
import { geminiTranscription } from '../../../src/wire/operations/gemini/transcription.ts';
import { openAiEmbeddings } from '../../../src/wire/operations/openai/embeddings.ts';
import { openAiImages } from '../../../src/wire/operations/openai/images.ts';
import { openAiModeration } from '../../../src/wire/operations/openai/moderation.ts';
import { openAiSpeech } from '../../../src/wire/operations/openai/speech.ts';
import { openAiTokenCount } from '../../../src/wire/operations/openai/token-count.ts';
import { openAiTranscription } from '../../../src/wire/operations/openai/transcription.ts';
import { commonRerank } from '../../../src/wire/operations/rerank.ts';
import { voyageEmbeddings, voyageRerank } from '../../../src/wire/operations/voyage.ts';

const PNG = { mediaType: 'image/png', bytes: Buffer.from('\x89PNG\r\n', 'latin1') };
const WAV = { mediaType: 'audio/wav', bytes: Buffer.from('RIFF') };

/** For each member of a request another value than that of the plainest request; every member has to be here. */
type Variants<Kind extends OperationKind> = {
  readonly plain: OperationRequests[Kind];
  readonly members: {
    readonly [Name in keyof Required<OperationRequests[Kind]>]: readonly Partial<OperationRequests[Kind]>[];
  };
  /** Members that do not bear on the outcome, whatever they hold. */
  readonly irrelevant?: readonly (keyof OperationRequests[Kind])[];
};

const EMBEDDING: Variants<'EMBEDDING'> = {
  plain: { inputs: ['a'] },
  members: {
    inputs: [{ inputs: ['b'] }, { inputs: ['a', 'b'] }],
    dimensions: [{ dimensions: 64 }],
    purpose: [
      { purpose: 'QUERY' },
      { purpose: 'DOCUMENT' },
      { purpose: 'SIMILARITY' },
      { purpose: 'CLASSIFICATION' },
      { purpose: 'CLUSTERING' },
    ],
  },
};
const IMAGE: Variants<'IMAGE_GENERATION'> = {
  plain: { prompt: 'a', images: [] },
  members: {
    prompt: [{ prompt: 'b' }],
    count: [{ count: 2 }],
    size: [{ size: '512x512' }],
    aspectRatio: [{ aspectRatio: '16:9' }],
    quality: [{ quality: 'high' }],
    style: [{ style: 'vivid' }],
    background: [{ background: 'OPAQUE' }, { background: 'TRANSPARENT' }, { background: 'AUTO' }],
    format: [{ format: 'PNG' }, { format: 'JPEG' }, { format: 'WEBP' }],
    seed: [{ seed: 0 }],
    images: [{ images: [PNG] }, { images: [PNG, PNG] }],
    mask: [{ mask: PNG }],
  },
};
const SPEECH: Variants<'SPEECH'> = {
  plain: { text: 'a' },
  members: {
    text: [{ text: 'b' }],
    voice: [{ voice: 'nova' }],
    format: [
      { format: 'MP3' },
      { format: 'WAV' },
      { format: 'OPUS' },
      { format: 'AAC' },
      { format: 'FLAC' },
      { format: 'PCM' },
    ],
    speed: [{ speed: 2 }],
    instructions: [{ instructions: 'Whisper' }],
    language: [{ language: 'is' }],
  },
};
const TRANSCRIPTION: Variants<'TRANSCRIPTION'> = {
  plain: { audio: WAV, task: 'TRANSCRIBE' },
  members: {
    audio: [{ audio: { ...WAV, bytes: Buffer.from('RIFX') } }],
    task: [{ task: 'TRANSLATE' }],
    language: [{ language: 'is' }],
    prompt: [{ prompt: 'Reykjavík' }],
    temperature: [{ temperature: 0 }],
    timestamps: [{ timestamps: 'SEGMENT' }, { timestamps: 'WORD' }],
  },
};
const RERANK: Variants<'RERANK'> = {
  plain: { query: 'a', documents: ['b'] },
  members: {
    query: [{ query: 'c' }],
    documents: [{ documents: ['c'] }, { documents: ['b', 'c'] }],
    topN: [{ topN: 1 }],
  },
};
const MODERATION: Variants<'MODERATION'> = {
  plain: { inputs: [{ kind: 'text', text: 'a' }] },
  members: {
    inputs: [
      { inputs: [{ kind: 'text', text: 'b' }] },
      {
        inputs: [
          { kind: 'text', text: 'a' },
          { kind: 'image', image: PNG },
        ],
      },
    ],
  },
};
const TOOLS = [{ name: 'weather', parameters: { type: 'object' } }];
const TOKEN_COUNT: Variants<'TOKEN_COUNT'> = {
  plain: { messages: [{ role: 'user', parts: [{ type: 'text', text: 'a' }] }], tools: [] },
  members: {
    messages: [
      { messages: [{ role: 'user', parts: [{ type: 'text', text: 'b' }] }] },
      {
        messages: [
          {
            role: 'user',
            parts: [
              { type: 'text', text: 'a' },
              { type: 'audio', source: { kind: 'data', mediaType: 'audio/wav', base64: 'UklGRg==' } },
            ],
          },
        ],
      },
    ],
    tools: [{ tools: TOOLS }],
    toolChoice: [{ tools: TOOLS, toolChoice: { kind: 'required' } }],
    parallelToolCalls: [{ tools: TOOLS, parallelToolCalls: false }],
    output: [
      { output: { kind: 'jsonSchema', name: 'x', schema: { type: 'object' } } },
      { output: { kind: 'jsonObject' } },
    ],
    maxOutputTokens: [{ maxOutputTokens: 5 }],
    temperature: [{ temperature: 0 }],
    topP: [{ topP: 0.5 }],
    topK: [{ topK: 5 }],
    frequencyPenalty: [{ frequencyPenalty: 1 }],
    presencePenalty: [{ presencePenalty: 1 }],
    seed: [{ seed: 1 }],
    stop: [{ stop: ['x'] }],
    reasoningEffort: [{ reasoningEffort: 'high' }],
    reasoningMaxTokens: [{ reasoningMaxTokens: 2_000 }],
    logprobs: [{ logprobs: { top: 1 } }],
    serviceTier: [{ serviceTier: 'FLEX' }],
    inferenceRegion: [{ inferenceRegion: 'us' }],
    metadata: [{ metadata: { a: 'b' } }],
    user: [{ user: 'u' }],
  },
  irrelevant: [
    'maxOutputTokens',
    'temperature',
    'topP',
    'topK',
    'frequencyPenalty',
    'presencePenalty',
    'seed',
    'stop',
    'reasoningEffort',
    'reasoningMaxTokens',
    'logprobs',
    'serviceTier',
    'metadata',
    'user',
  ],
};

const sent = <Kind extends OperationKind>(
  codec: OperationCodec<Kind>,
  model: string,
  request: OperationRequests[Kind],
): string => {
  const { call } = codec.encode(model, request);
  const body =
    call.body.kind === 'JSON'
      ? call.body.text
      : JSON.stringify(
          call.body.fields.map((field) =>
            'value' in field ? field : { ...field, bytes: Buffer.from(field.bytes).toString('hex') },
          ),
        );
  return `${call.path}\n${body}`;
};

const describeMembers = <Kind extends OperationKind>(
  kind: string,
  { plain, members, irrelevant = [] }: Variants<Kind>,
  codecs: readonly (readonly [string, OperationCodec<Kind>, readonly string[]])[],
): void => {
  const entries = Object.entries<readonly Partial<OperationRequests[Kind]>[]>(members);
  const variants = entries.flatMap(([name, values]) => values.map((value) => ({ name, value })));
  describe(kind, () => {
    for (const [dialect, codec, models] of codecs) {
      test.each(models)(`${dialect}: %s: every member changes what is sent, or is listed`, (model) => {
        for (const { name, value } of variants) {
          const request = { ...plain, ...value };
          // What was set along with the member is no part of it.
          const { [name as keyof typeof request]: _, ...others } = request;
          const without = { ...plain, ...others };
          const isSent = sent(codec, model, request) !== sent(codec, model, without);
          const listed = codec.unsupported(model, request);
          if (irrelevant.some((one) => one === name)) {
            expect({ name, isSent, listed }).toEqual({ name, isSent: false, listed: [] });
          } else if (!isSent) {
            expect(
              listed.map((one) => one.name),
              `${name} is listed`,
            ).not.toEqual([]);
          } else {
            expect(
              listed.map((one) => one.name),
              `${name} is sent, so it is not listed`,
            ).not.toContain(name);
          }
        }
      });
    }
  });
};

describeMembers('embeddings', EMBEDDING, [
  ['openai', openAiEmbeddings(), ['text-embedding-3-small', 'text-embedding-ada-002']],
  ['mistral', openAiEmbeddings({ dimensionsField: 'output_dimension' }), ['codestral-embed']],
  ['voyage', voyageEmbeddings(), ['voyage-4']],
  ['gemini', geminiEmbeddings(), ['gemini-embedding-001', 'gemini-embedding-2']],
  ['vertex', geminiEmbeddings('vertex'), ['text-embedding-005', 'gemini-embedding-2']],
]);
describeMembers('images', IMAGE, [
  ['openai', openAiImages(), ['gpt-image-1', 'dall-e-2', 'dall-e-3', 'flux']],
  [
    'sizes',
    openAiImages({ sizeField: 'width-height', countField: 'none', edits: { field: 'image' } }),
    ['flux'],
  ],
  [
    'few',
    openAiImages({ sizeField: 'none', aspectRatioField: 'aspect_ratio', edits: 'NONE', supportsSeed: true }),
    ['x'],
  ],
  ['gemini', geminiImages(), ['gemini-2.5-flash-image', 'imagen-4.0-generate-001']],
]);
describeMembers('speech', SPEECH, [
  ['openai', openAiSpeech(), ['gpt-4o-mini-tts', 'tts-1-hd', 'kokoro']],
  [
    'groq',
    openAiSpeech({ formats: ['MP3', 'WAV'], supportsInstructions: false, supportsSpeed: false }),
    ['playai'],
  ],
]);
describeMembers('transcription', TRANSCRIPTION, [
  ['openai', openAiTranscription(), ['whisper-1', 'gpt-4o-transcribe', 'gpt-4o-transcribe-diarize']],
  ['mistral', openAiTranscription({ answers: 'NONE', unsupported: ['prompt'] }), ['voxtral-mini-latest']],
  ['gemini', geminiTranscription(), ['gemini-2.5-flash']],
]);
describeMembers('rerank', RERANK, [
  ['common', commonRerank(), ['reranker']],
  ['voyage', voyageRerank(), ['rerank-2.5']],
]);
describeMembers('moderation', MODERATION, [
  ['openai', openAiModeration(), ['omni-moderation-latest', 'text-moderation-latest']],
]);
describeMembers('token count', TOKEN_COUNT, [
  ['openai', openAiTokenCount(), ['gpt-4.1-mini']],
  ['anthropic', anthropicTokenCount(), ['claude-sonnet-4-5', 'claude-3-5-haiku-latest']],
  ['anthropic on vertex', anthropicTokenCount('vertex'), ['claude-sonnet-4-5']],
  ['gemini', geminiTokenCount(), ['gemini-2.5-flash']],
  ['gemini on vertex', geminiTokenCount('vertex'), ['gemini-2.5-flash']],
]);

// Formats are chosen after the answer has come, as Gemini gives samples whatever is asked.
describeMembers(
  'speech by Gemini',
  { ...SPEECH, members: { ...SPEECH.members, format: [{ format: 'MP3' }] } },
  [['gemini', geminiSpeech(), ['gemini-2.5-flash-preview-tts']]],
);
