import type { CompletionRequest, MediaPart, Message } from '../domain/completion-request.ts';
import type { Pause } from '../domain/pause.ts';
import { countTokens } from './token-thread.ts';

/** What templates add around each message, each tool and the whole prompt; near what common models add. */
export const PER_MESSAGE = 4;
export const PER_TOOL = 10;
export const PER_PROMPT = 3;
/** What cannot be counted without the model, per piece, whatever its size. */
export const PER_MEDIA: { readonly [Type in MediaPart['type']]: number } = {
  image: 1_000,
  audio: 1_500,
  file: 3_000,
};

/** Longer pieces would take time quadratic in their length where nothing divides them into words. */
const CHUNK = 512;
/** So many characters are counted in one go, some milliseconds of the other thread: then it is another caller's turn. */
const BATCH = 16_384;
/** Of more text, a sample is counted: the worst takes seconds as it is. */
const MOST_CHARACTERS = 400_000;
/** Of a longer document, the beginning stands for the rest. */
const MAX_DECODED_BASE64 = 1_048_576;

/** What an estimate is, for the person who reads it. */
export const HOW_ESTIMATED = `No provider of the model counts tokens, so this is an estimate: text by the tokenizer o200k_base, ${PER_MESSAGE} for each message, ${PER_TOOL} for each tool, ${PER_PROMPT} for the whole, ${PER_MEDIA.image} for each image, ${PER_MEDIA.audio} for each recording, ${PER_MEDIA.file} for each document that is not text; of more than ${MOST_CHARACTERS} characters, pieces of all parts stand for the rest. The model's own count can be off by a fifth, and more for other scripts than Latin.`;

function* chunksOf(text: string): Generator<string> {
  for (let start = 0; start < text.length; ) {
    let end = Math.min(start + CHUNK, text.length);
    const last = text.charCodeAt(end - 1);
    // Half of a character is no text.
    if (end < text.length && last >= 0xd800 && last < 0xdc00) end -= 1;
    yield text.slice(start, end);
    start = end;
  }
}

/** Whether it is a document that is read as text. */
export const isText = ({ type, source }: MediaPart): boolean =>
  type === 'file' && source.kind === 'data' && /^(text\/|application\/json\b)/.test(source.mediaType);

/** What is written somewhere, or the beginning of it, which then stands for so many characters. */
type Written = { readonly text: string; readonly characters: number };

const whole = (text: string): Written => ({ text, characters: text.length });

const documentText = ({ source }: MediaPart): Written => {
  if (source.kind !== 'data') return whole('');
  const { base64 } = source;
  const text = Buffer.from(base64.slice(0, MAX_DECODED_BASE64), 'base64').toString('utf8');
  if (base64.length <= MAX_DECODED_BASE64) return whole(text);
  return { text, characters: Math.round((text.length * base64.length) / MAX_DECODED_BASE64) };
};

const textsOf = (message: Message): readonly Written[] => {
  switch (message.role) {
    case 'system':
      return [whole(message.text)];
    case 'user':
      return message.parts.flatMap((part) => {
        if (part.type === 'text') return whole(part.text);
        return isText(part) ? documentText(part) : [];
      });
    case 'assistant':
      return [
        message.text,
        ...message.reasoning.map(({ text }) => text),
        ...message.toolCalls.flatMap((call) => [call.name, call.arguments]),
      ].map(whole);
    case 'tool':
      return [message.name ?? '', message.text].map(whole);
  }
};

const mediaTokensOf = (message: Message): number =>
  message.role !== 'user'
    ? 0
    : message.parts.reduce(
        (sum, part) => sum + (part.type === 'text' || isText(part) ? 0 : PER_MEDIA[part.type]),
        0,
      );

/** Who asks for an estimate. */
export type EstimateFor = {
  /** Keys take turns; absent: this server itself. */
  readonly keyId?: string;
  readonly pause?: Pause;
};

const NO_PAUSE: Pause = () => undefined;

/**
 * Roughly how many tokens a prompt has for a model whose tokenizer is not known; see `HOW_ESTIMATED`. They are counted in another
 * thread; an aborted signal ends it early, with a figure that means nothing.
 */
export const estimateTokens = async (
  { messages, tools, output }: CompletionRequest,
  signal: AbortSignal,
  { keyId = '', pause = NO_PAUSE }: EstimateFor = {},
): Promise<number> => {
  const schema = output?.kind === 'jsonSchema' ? [output.name, JSON.stringify(output.schema)] : [];
  const texts = [
    ...messages.flatMap(textsOf),
    ...tools
      .flatMap(({ name, description = '', parameters }) => [name, description, JSON.stringify(parameters)])
      .map(whole),
    ...schema.map(whole),
  ];
  const overhead =
    PER_PROMPT +
    PER_MESSAGE * messages.length +
    PER_TOOL * tools.length +
    messages.reduce((sum, message) => sum + mediaTokensOf(message), 0);
  const characters = texts.reduce((sum, each) => sum + each.characters, 0);
  const oneOf = Math.max(1, Math.ceil(characters / MOST_CHARACTERS));
  let chunks = 0;
  let counted = 0;
  let tokens = 0;
  let batch: string[] = [];
  let inBatch = 0;
  const count = async (): Promise<void> => {
    const { tokens: found, tookMs } = await countTokens(batch, keyId);
    tokens += found;
    counted += inBatch;
    batch = [];
    inBatch = 0;
    pause.tookElsewhere?.(tookMs);
  };
  for (const { text } of texts) {
    for (const chunk of chunksOf(text)) {
      chunks += 1;
      if (chunks % oneOf !== 0) continue;
      batch.push(chunk);
      inBatch += chunk.length;
      if (inBatch < BATCH) continue;
      await count();
      const paused = pause();
      if (paused !== undefined) await paused;
      if (signal.aborted) return overhead;
    }
  }
  if (batch.length > 0) await count();
  return overhead + (counted === 0 ? 0 : Math.round((tokens * characters) / counted));
};
