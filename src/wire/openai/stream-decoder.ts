import type { ServiceTier } from '../../domain/completion-request.ts';
import type { TokenLogprob } from '../../domain/content-event.ts';
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../domain/json.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import { createBillingTracker } from '../billing.ts';
import { createUsageTracker } from '../change-trackers.ts';
import { type CitationTracker, createCitationTracker } from '../citation-tracker.ts';
import type { SseFrame, StreamDecoder } from '../codec.ts';
import { type End, endIn, isNoEnd } from '../finish-words.ts';
import { codeAt, listAt, objectAt, objectsAt, textAt } from '../json-reading.ts';
import { brokenEnd, TRUNCATED, unreadable } from '../upstream-failure.ts';
import { readOpenAiBilling } from './billing.ts';
import { readMessageContent } from './content.ts';
import { bareErrorIn, errorIn, errorInChoice, failureInAnswer } from './errors.ts';
import { readChoiceLogprobs } from './logprobs.ts';
import { createRepeatFilter } from './reasoning-details.ts';
import { readServiceTier } from './service-tier.ts';
import { createToolCallAssembler, type ToolCallAssembler } from './tool-calls.ts';
import { readOpenAiUsage } from './usage.ts';

const NONE: readonly ProviderEvent[] = [];

const usageIn = (chunk: JsonObject, choice: JsonObject | undefined): JsonObject | undefined =>
  objectAt(chunk, 'usage') ?? objectAt(objectAt(chunk, 'x_groq'), 'usage') ?? objectAt(choice, 'usage');

/** Puts log probabilities on the text that they are of; those that come without text get an empty one. */
const withLogprobs = (
  events: readonly ProviderEvent[],
  logprobs: readonly TokenLogprob[],
): readonly ProviderEvent[] => {
  if (logprobs.length === 0) return events;
  const at = events.findLastIndex((event) => event.type === 'textDelta');
  const text = events[at];
  return text?.type === 'textDelta'
    ? events.with(at, { ...text, logprobs })
    : [...events, { type: 'textDelta', text: '', logprobs }];
};

const NO_CHOICES: readonly JsonValue[] = [];

/** Of a chunk's choices only the first counts, as one is all that is ever asked for. */
const firstChoice = (chunk: JsonObject): JsonObject | undefined => {
  const choices = Array.isArray(chunk.choices) ? chunk.choices : NO_CHOICES;
  for (const choice of choices) if (isJsonObject(choice) && (choice.index ?? 0) === 0) return choice;
  return undefined;
};

const mayHaveSources = (chunk: JsonObject, message: JsonObject | undefined): boolean =>
  objectsAt(message, 'annotations').length > 0 ||
  chunk.search_results !== undefined ||
  chunk.citations !== undefined;

const WITHOUT_REASON: End = { kind: 'FINISHED', reason: 'STOP' };

/** Reads chunks, and whole answers as a single chunk. */
export class ChunkReader {
  /** Its server never says why the model stopped: an answer without that has stopped all the same. */
  readonly #omitsReason: boolean;
  readonly #trackUsage = createUsageTracker();
  readonly #trackBilling = createBillingTracker();
  readonly #withoutRepeats = createRepeatFilter();
  /** Made when they are first needed: most answers are plain text. */
  #toolCalls: ToolCallAssembler | undefined;
  #trackCitation: CitationTracker | undefined;
  #isAnswering = false;
  #hasUsage = false;
  #rawFinishReason: string | undefined;
  /** Choices beside the first that have begun and not said why they stopped. Made when there are others. */
  #openChoices: Set<unknown> | undefined;
  #hasRefused = false;
  #signature: string | undefined;
  /** The last word for it that was read. */
  #tierWord: string | undefined;
  #serviceTier: ServiceTier | undefined;

  constructor(omitsReason: boolean) {
    this.#omitsReason = omitsReason;
  }

  #answering(chunk: JsonObject): ProviderEvent {
    const id = textAt(chunk, 'id');
    const model = textAt(chunk, 'model');
    this.#isAnswering = true;
    return {
      type: 'answering',
      ...(id === undefined ? {} : { providerResponseId: id }),
      ...(model === undefined ? {} : { providerModel: model }),
    };
  }

  #readSources(chunk: JsonObject, message: JsonObject | undefined): readonly ProviderEvent[] {
    this.#trackCitation ??= createCitationTracker();
    const track = this.#trackCitation;
    const annotations = objectsAt(message, 'annotations').map((one) => objectAt(one, 'url_citation'));
    const citations = listAt(chunk, 'citations').map((one): JsonObject | undefined =>
      typeof one === 'string' ? { url: one } : isJsonObject(one) ? one : undefined,
    );
    return [...annotations, ...objectsAt(chunk, 'search_results'), ...citations].flatMap((source) =>
      track({ url: textAt(source, 'url'), title: textAt(source, 'title') }),
    );
  }

  #readMessage(message: JsonObject): readonly ProviderEvent[] {
    const content = this.#withoutRepeats(readMessageContent(message));
    this.#hasRefused ||= textAt(message, 'refusal') !== undefined;
    this.#signature ??=
      textAt(objectAt(objectAt(message, 'extra_content'), 'google'), 'thought_signature') ??
      textAt(message, 'thought_signature');
    const calls = objectsAt(message, 'tool_calls');
    if (calls.length === 0) return content;
    this.#toolCalls ??= createToolCallAssembler();
    const assembler = this.#toolCalls;
    return [...content, ...calls.flatMap((call) => assembler.push(call))];
  }

  /**
   * Events of a chunk that says more of the text and nothing else, as nearly all of a stream do: those that `read` would
   * find, with a tenth of its questions. undefined: it may say more, or tell of an error.
   */
  readText(chunk: JsonObject): readonly ProviderEvent[] | undefined {
    const { choices } = chunk;
    if (!this.#isAnswering || !Array.isArray(choices) || choices.length !== 1 || chunk.object === 'error')
      return undefined;
    const choice: unknown = choices[0];
    if (!isJsonObject(choice) || (choice.index ?? 0) !== 0) return undefined;
    const { delta } = choice;
    if (!isJsonObject(delta) || typeof delta.content !== 'string') return undefined;
    const more =
      chunk.error ??
      chunk.base_resp ??
      chunk.usage ??
      chunk.x_groq ??
      chunk.search_results ??
      chunk.citations ??
      choice.error ??
      choice.finish_reason ??
      choice.logprobs ??
      choice.usage ??
      delta.reasoning_content ??
      delta.reasoning ??
      delta.reasoning_details ??
      delta.refusal ??
      delta.tool_calls ??
      delta.annotations ??
      delta.extra_content ??
      delta.thought_signature ??
      undefined;
    if (more !== undefined || (chunk.service_tier ?? this.#tierWord) !== this.#tierWord) return undefined;
    return delta.content === '' ? NONE : [{ type: 'textDelta', text: delta.content }];
  }

  #noteTier(chunk: JsonObject): void {
    this.#tierWord = textAt(chunk, 'service_tier') ?? this.#tierWord;
    this.#serviceTier = readServiceTier(this.#tierWord) ?? this.#serviceTier;
  }

  /** What a chunk that comes after the end says of usage; whatever else it holds is no part of the answer. */
  readUsage(chunk: JsonObject): readonly ProviderEvent[] {
    const choice = firstChoice(chunk);
    const counted = usageIn(chunk, choice);
    if (counted === undefined) return NONE;
    this.#noteTier(chunk);
    return this.#count(counted, chunk, objectAt(choice, 'delta') ?? objectAt(choice, 'message'));
  }

  #count(counted: JsonObject, chunk: JsonObject, message: JsonObject | undefined): readonly ProviderEvent[] {
    const usage = readOpenAiUsage(counted);
    this.#hasUsage ||= usage !== undefined;
    const billed = this.#trackBilling(readOpenAiBilling(counted, chunk, message));
    return [...this.#trackUsage(usage), ...billed];
  }

  /** Events of one chunk. */
  read(chunk: JsonObject): readonly ProviderEvent[] {
    const choice = firstChoice(chunk);
    this.#noteOthers(chunk, choice);
    const message = objectAt(choice, 'delta') ?? objectAt(choice, 'message');
    const reason = codeAt(choice, 'finish_reason');
    if (reason !== undefined && !isNoEnd(reason)) this.#rawFinishReason = reason;
    const counted = usageIn(chunk, choice);
    this.#noteTier(chunk);
    let events = message === undefined ? NONE : this.#readMessage(message);
    const logprobs = objectAt(choice, 'logprobs');
    if (logprobs !== undefined) events = withLogprobs(events, readChoiceLogprobs(logprobs));
    if (mayHaveSources(chunk, message)) events = [...events, ...this.#readSources(chunk, message)];
    // Usage first: who stops reading at a piece of text has then been told what it cost so far.
    if (counted !== undefined) events = [...this.#count(counted, chunk, message), ...events];
    // Azure begins with a chunk that has neither id nor model nor choices.
    const isPlaceholder = events.length === 0 && textAt(chunk, 'id') === undefined;
    return this.#isAnswering || isPlaceholder ? events : [this.#answering(chunk), ...events];
  }

  #noteOthers({ choices }: JsonObject, first: JsonObject | undefined): void {
    if (!Array.isArray(choices) || (choices.length < 2 && choices[0] === first)) return;
    for (const choice of choices) {
      if (choice === first || !isJsonObject(choice)) continue;
      this.#openChoices ??= new Set();
      const reason = codeAt(choice, 'finish_reason');
      if (reason === undefined || isNoEnd(reason)) this.#openChoices.add(choice.index);
      else this.#openChoices.delete(choice.index);
    }
  }

  /** Whether a chunk has said why the model stopped. */
  hasFinishReason(): boolean {
    return this.#rawFinishReason !== undefined;
  }

  /** Whether a chunk has said what was used. */
  hasUsage(): boolean {
    return this.#hasUsage;
  }

  /** Whether `finish` would find the answer whole, should its server say that it is over. */
  isWhole(): boolean {
    if (this.#omitsReason) return true;
    return this.#rawFinishReason !== undefined && (this.#openChoices?.size ?? 0) === 0;
  }

  /** Ends tool calls and the answer, which is truncated where nothing has said why it stopped. */
  finish(): readonly ProviderEvent[] {
    if (!this.isWhole()) return [TRUNCATED];
    const raw = this.#rawFinishReason;
    const end = raw === undefined ? WITHOUT_REASON : endIn(raw);
    if (end.kind === 'BROKEN') return [{ type: 'failed', failure: brokenEnd(raw ?? '', end) }];
    const { reason } = end;
    const stopped =
      this.#toolCalls?.hasCalls() === true ? 'TOOL_CALLS' : this.#hasRefused ? 'REFUSAL' : 'STOP';
    const completed: ProviderEvent = {
      type: 'completed',
      finishReason: reason === 'STOP' ? stopped : reason,
      ...(raw === undefined ? {} : { rawFinishReason: raw }),
      ...(this.#serviceTier === undefined ? {} : { serviceTier: this.#serviceTier }),
    };
    return this.#toolCalls === undefined ? [completed] : [...this.#toolCalls.end(this.#signature), completed];
  }
}

/**
 * Decodes a stream of chunks. It is whole once a finish reason came, after which usage may follow; of a server that
 * `omitsReason`, once `[DONE]` came.
 */
export const createOpenAiStreamDecoder = (omitsReason = false): StreamDecoder => {
  const reader = new ChunkReader(omitsReason);
  let isOver = false;
  let isEnding = false;
  const over = (events: readonly ProviderEvent[]): readonly ProviderEvent[] => {
    isOver = true;
    return events;
  };

  const push = ({ event, data }: SseFrame): readonly ProviderEvent[] => {
    if (isOver) return NONE;
    const word = data.startsWith('{') ? undefined : data.trim();
    if (word === '') return NONE;
    if (word === '[DONE]') {
      const isLast = isEnding || reader.hasUsage() || !reader.isWhole();
      isEnding = !isLast;
      return isLast ? over(reader.finish()) : NONE;
    }
    const parsed = parseJson(data);
    const chunk = Array.isArray(parsed) ? parsed[0] : parsed;
    if (isEnding) {
      const usage = isJsonObject(chunk) ? reader.readUsage(chunk) : NONE;
      return usage.length === 0 ? NONE : over([...usage, ...reader.finish()]);
    }
    if (!isJsonObject(chunk)) {
      return over([
        event === 'error'
          ? { type: 'failed', failure: failureInAnswer({ message: data }) }
          : unreadable(data),
      ]);
    }
    const text = event === 'error' ? undefined : reader.readText(chunk);
    if (text !== undefined) return text;
    const error =
      errorIn(chunk) ??
      errorInChoice(chunk) ??
      (event === 'error' ? chunk : chunk.choices === undefined ? bareErrorIn(chunk) : undefined);
    if (error === undefined) return reader.read(chunk);
    // OpenRouter's last chunk of an answer that broke off holds choices and usage too.
    return over([...reader.read(chunk), { type: 'failed', failure: failureInAnswer(error) }]);
  };

  return {
    push,
    isEnding: () => isEnding && !isOver,
    end: () => (isOver ? NONE : over(isEnding || reader.hasFinishReason() ? reader.finish() : [TRUNCATED])),
  };
};
