import { hasRecordings, recordedFiles, recordedText } from '../support/recordings.ts';

export type Dialect = 'openai' | 'openai-responses' | 'anthropic' | 'gemini';
/** One recorded answer: the bytes that came over the wire, their envelope rebuilt where the recording lacks it. */
export type Recording = {
  readonly name: string;
  readonly dialect: Dialect;
  readonly isStream: boolean;
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
};

type Json = { readonly [key: string]: unknown };
const isRecord = (value: unknown): value is Json => typeof value === 'object' && value !== null;

/** Of vercel-ai, by path: which files are answers of a dialect. The first rule that fits counts. */
const RULES: readonly (readonly [RegExp, Dialect | { readonly excluded: string }])[] = [
  [
    /^openai\/responses__parallel-tool-call-wrapper\.1\.chunks/,
    { excluded: 'written by hand: its first line lacks a brace and is no JSON' },
  ],
  [/responses__|^azure\/(?!azure-deepseek)|^open-responses\//, 'openai-responses'],
  [/^openai\/completion__/, { excluded: 'the legacy text completions API, which has no messages' }],
  [/transcription|speech-translation/, { excluded: 'audio, not a completion' }],
  [/embedding|rerank|^openai\/image__|skills?__/, { excluded: 'another operation than completion' }],
  [/^amazon-bedrock\//, { excluded: "Bedrock's Converse API" }],
  [/^cohere\//, { excluded: "Cohere's own chat API" }],
  [/^google\/interactions__/, { excluded: "Gemini's Interactions API" }],
  [/^(cartesia|deepgram|elevenlabs|fal|gladia|revai)\//, { excluded: 'audio, not a completion' }],
  [/^anthropic\//, 'anthropic'],
  [/^google\//, 'gemini'],
  [/^(alibaba|azure|deepseek|groq|mistral|moonshotai|openai|openai-compatible|perplexity|xai)\//, 'openai'],
];

/** Statuses of the error bodies, which these recordings leave out. */
const ERROR_STATUS: { readonly [file: string]: number } = {
  'google/google-429-retry-info.json': 429,
  'openai/chat__reasoning-model-legacy-parameter-error.json': 400,
  'openai/responses__openai-error.1.json': 429,
  'openai/responses__reasoning-model-temperature-error.json': 400,
};

const withEventNames = (lines: readonly string[]): string =>
  lines.map((line) => `event: ${(JSON.parse(line) as { type: string }).type}\ndata: ${line}\n\n`).join('');

const ENVELOPE: { readonly [D in Dialect]: (lines: readonly string[]) => string } = {
  openai: (lines) => `${lines.map((line) => `data: ${line}\n\n`).join('')}data: [DONE]\n\n`,
  'openai-responses': withEventNames,
  anthropic: withEventNames,
  gemini: (lines) => lines.map((line) => `data: ${line}\r\n\r\n`).join(''),
};

/** What ends an answer; without one, a file is one answer. */
const LAST_EVENT: { readonly [D in Dialect]?: RegExp } = {
  anthropic: /"type":"message_stop"/,
  'openai-responses': /"type":"response\.(completed|incomplete|failed)"/,
};

/** Some files hold several answers of one conversation, one after the other. */
const answersIn = (lines: readonly string[], dialect: Dialect): readonly (readonly string[])[] => {
  const answers: string[][] = [[]];
  for (const line of lines) {
    const last = answers.at(-1);
    if (LAST_EVENT[dialect]?.test(last?.at(-1) ?? '')) answers.push([line]);
    else last?.push(line);
  }
  return answers;
};

const fromVercel = (file: string, dialect: Dialect): readonly Recording[] => {
  const name = `vercel-ai/${file}`;
  const text = recordedText(name);
  const whole = {
    name,
    dialect,
    isStream: !file.endsWith('.json'),
    status: ERROR_STATUS[file] ?? 200,
    headers: {},
  };
  if (!file.endsWith('.chunks.txt')) return [{ ...whole, body: text }];
  const answers = answersIn(
    text.split('\n').filter((line) => line.trim() !== ''),
    dialect,
  );
  return answers.map((lines, index) => ({
    ...whole,
    name: answers.length > 1 ? `${name} (answer ${index + 1})` : name,
    body: ENVELOPE[dialect](lines),
  }));
};

const fromSample = (path: string): Recording | string => {
  const sample: unknown = JSON.parse(recordedText(path));
  if (!isRecord(sample) || !isRecord(sample.response)) throw new Error(`${path} is no recording`);
  const { provider, surface, response } = sample;
  const dialect: Dialect | undefined =
    surface === 'messages'
      ? 'anthropic'
      : surface === 'generateContent'
        ? 'gemini'
        : surface === 'responses'
          ? 'openai-responses'
          : surface === 'chat' && provider !== 'cohere'
            ? 'openai'
            : undefined;
  if (dialect === undefined) return `${provider} ${surface}: another API`;
  const { body, encoding, headers, status, stream } = response as {
    body: string;
    encoding: string;
    headers: { [name: string]: string };
    status: number;
    stream: boolean;
  };
  return {
    name: path,
    dialect,
    isStream: stream,
    status,
    headers,
    body: encoding === 'base64' ? Buffer.from(body, 'base64').toString('utf8') : body,
  };
};

/** Every file, either as a recording or as excluded with the reason. */
export const readRecordings = (): {
  readonly recordings: readonly Recording[];
  readonly excluded: ReadonlyMap<string, string>;
} => {
  const recordings: Recording[] = [];
  const excluded = new Map<string, string>();
  if (!hasRecordings) return { recordings, excluded };
  for (const name of recordedFiles('vercel-ai')) {
    const file = name.slice('vercel-ai/'.length);
    const rule = RULES.find(([pattern]) => pattern.test(file))?.[1];
    if (typeof rule === 'string') recordings.push(...fromVercel(file, rule));
    else excluded.set(name, rule?.excluded ?? '');
  }
  for (const folder of ['wire-samples', 'llm-anthropic']) {
    for (const name of recordedFiles(folder)) {
      const sample = fromSample(name);
      if (typeof sample === 'string') excluded.set(name, sample);
      else recordings.push(sample);
    }
  }
  return { recordings, excluded };
};
