import type { TokenLogprob } from '../../domain/content-event.ts';
import type { JsonObject, JsonValue } from '../../domain/json.ts';
import { madeUpCallId } from '../../domain/made-up-call-id.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import { countAt, objectAt, objectsAt, textAt } from '../json-reading.ts';
import { readTokenLogprobs } from '../openai/logprobs.ts';
import { sealCall, sealReasoning } from './seals.ts';

const NONE: readonly ProviderEvent[] = [];

type Call = { readonly index: number; readonly id: string; readonly name: string };

/** One item of the output, as far as it has been read. Its id is no key: some relays change it with every event. */
type Item = {
  /** Parts of text or refusal of which something has been said. */
  readonly said: Set<string>;
  /** Which of the two kinds of reasoning text was said first: the other would say it again. */
  reasoning?: 'CONTENT' | 'SUMMARY';
  /** The last part of the reasoning that was said. */
  part: number;
  call?: Call;
  /** Arguments so far. */
  arguments: string;
  isDone: boolean;
};

export type OutputItems = {
  /** An event about one item or a part of one. Events of hosted tools and those that repeat others give nothing. */
  readEvent(type: string, event: JsonObject): readonly ProviderEvent[];
  /** The same for `response.output_text.delta`, as which nearly all of a stream come. */
  readText(event: JsonObject): readonly ProviderEvent[];
  /** A whole item: says what its events did not. */
  readItem(at: number, item: JsonObject): readonly ProviderEvent[];
  /** Ends the calls that the answer broke off in. */
  end(): readonly ProviderEvent[];
  /** Whether any item has been read. */
  hasItems(): boolean;
  hasCalls(): boolean;
  hasRefused(): boolean;
  /** Calls of the provider's own tools that it charges for, by the item's type; sessions of code by their container. */
  toolCalls(): ReadonlyMap<string, number>;
};

const CHARGED: ReadonlySet<string> = new Set([
  'web_search_call',
  'file_search_call',
  'code_interpreter_call',
  'image_generation_call',
]);

const PARAGRAPH = '\n\n';

/** Puts the items of one answer together, from their events or whole. */
export const createOutputItems = (): OutputItems => {
  const items = new Map<number, Item>();
  const sources = new Set<string>();
  let callCount = 0;
  const hosted = new Map<string, Set<string>>();
  let hasRefused = false;
  let hasReasoned = false;

  /** Places of items whose events have no `output_index`: in the order in which their ids come up. */
  const places = new Map<string, number>();

  const placeOf = (event: JsonObject): number => {
    const at = countAt(event, 'output_index');
    if (at !== undefined) return at;
    const id = textAt(event, 'item_id') ?? textAt(objectAt(event, 'item'), 'id') ?? '';
    const known = places.get(id) ?? places.size;
    places.set(id, known);
    return known;
  };

  const itemAt = (at: number): Item => {
    const known = items.get(at);
    if (known !== undefined) return known;
    const item: Item = { said: new Set(), part: 0, arguments: '', isDone: false };
    items.set(at, item);
    return item;
  };

  const say = (
    item: Item,
    part: string,
    text: string | undefined,
    logprobs: readonly TokenLogprob[],
  ): readonly ProviderEvent[] => {
    if (text === undefined && logprobs.length === 0) return NONE;
    item.said.add(part);
    return [{ type: 'textDelta', text: text ?? '', ...(logprobs.length > 0 ? { logprobs } : {}) }];
  };

  const refuse = (item: Item, part: string, text: string | undefined): readonly ProviderEvent[] => {
    if (text === undefined) return NONE;
    item.said.add(part);
    hasRefused = true;
    return [{ type: 'refusalDelta', text }];
  };

  const reason = (
    item: Item,
    kind: 'CONTENT' | 'SUMMARY',
    part: number,
    text: string | undefined,
  ): readonly ProviderEvent[] => {
    if (text === undefined || (item.reasoning ?? kind) !== kind) return NONE;
    const isNext = item.reasoning !== undefined && part > item.part;
    item.reasoning = kind;
    item.part = part;
    return [{ type: 'reasoningDelta', text: isNext ? PARAGRAPH + text : text }];
  };

  const startCall = (item: Item, raw: JsonObject): readonly ProviderEvent[] => {
    const name = textAt(raw, 'name');
    if (item.call !== undefined || name === undefined) return NONE;
    const index = callCount++;
    item.call = { index, id: textAt(raw, 'call_id') ?? textAt(raw, 'id') ?? madeUpCallId(), name };
    return [{ type: 'toolCallStarted', ...item.call }];
  };

  const addArguments = (item: Item, piece: string | undefined): readonly ProviderEvent[] => {
    if (item.call === undefined || piece === undefined) return NONE;
    item.arguments += piece;
    return [{ type: 'toolCallDelta', index: item.call.index, argumentsDelta: piece }];
  };

  /** What whole arguments hold beyond the pieces that came. */
  const completeArguments = (item: Item, whole: string | undefined): readonly ProviderEvent[] =>
    whole !== undefined && whole.length > item.arguments.length && whole.startsWith(item.arguments)
      ? addArguments(item, whole.slice(item.arguments.length))
      : NONE;

  const readAnnotation = (annotation: JsonObject | undefined): readonly ProviderEvent[] => {
    const url = textAt(annotation, 'url');
    const title = textAt(annotation, 'title') ?? textAt(annotation, 'filename');
    const key = url ?? title;
    if (key === undefined || sources.has(key)) return NONE;
    sources.add(key);
    return [
      { type: 'source', ...(url === undefined ? {} : { url }), ...(title === undefined ? {} : { title }) },
    ];
  };

  /** Where the last piece of text that was read stands, in the event's own words; its item and part are known. */
  let textAtOutput: number | undefined;
  let textAtContent: JsonValue | undefined;

  const readText = (event: JsonObject): readonly ProviderEvent[] => {
    const { output_index: output, content_index: content, delta, logprobs } = event;
    const isPlain = Array.isArray(logprobs) ? logprobs.length === 0 : (logprobs ?? undefined) === undefined;
    const isNext = output === textAtOutput && content === textAtContent && textAtOutput !== undefined;
    if (isNext && isPlain && typeof delta === 'string' && delta !== '') {
      return [{ type: 'textDelta', text: delta }];
    }
    const events = say(
      itemAt(placeOf(event)),
      String(countAt(event, 'content_index') ?? 0),
      textAt(event, 'delta'),
      readTokenLogprobs(objectsAt(event, 'logprobs')),
    );
    const isKnown =
      events.length > 0 && typeof output === 'number' && countAt(event, 'output_index') === output;
    textAtOutput = isKnown ? output : undefined;
    textAtContent = isKnown ? content : undefined;
    return events;
  };

  const readMessage = (item: Item, raw: JsonObject): readonly ProviderEvent[] =>
    objectsAt(raw, 'content').flatMap((part, position) => {
      const key = String(position);
      const annotations = objectsAt(part, 'annotations').flatMap(readAnnotation);
      if (item.said.has(key)) return annotations;
      if (part.type === 'refusal') return refuse(item, key, textAt(part, 'refusal'));
      if (part.type !== 'output_text') return NONE;
      const logprobs = readTokenLogprobs(objectsAt(part, 'logprobs'));
      return [...say(item, key, textAt(part, 'text'), logprobs), ...annotations];
    });

  const readReasoning = (item: Item, at: number, raw: JsonObject): readonly ProviderEvent[] => {
    const said: ProviderEvent[] = [];
    if (item.reasoning === undefined) {
      const content = objectsAt(raw, 'content');
      for (const [position, part] of content.entries())
        said.push(...reason(item, 'CONTENT', position, textAt(part, 'text')));
      for (const [position, part] of objectsAt(raw, 'summary').entries())
        said.push(...reason(item, 'SUMMARY', position, textAt(part, 'text')));
    }
    const id = textAt(raw, 'id');
    const encryptedContent = textAt(raw, 'encrypted_content');
    const isReturnable = encryptedContent !== undefined || item.reasoning === 'CONTENT';
    if (id === undefined || !isReturnable) return said;
    hasReasoned = true;
    const signature = sealReasoning({
      id,
      ...(encryptedContent === undefined ? {} : { encryptedContent }),
      text: item.reasoning ?? 'SUMMARY',
      at,
    });
    const isRedacted = item.reasoning === undefined;
    return [
      ...said,
      { type: 'reasoningDelta', text: '', signature, ...(isRedacted ? { redacted: true } : {}) },
    ];
  };

  const endCall = (item: Item, at: number): readonly ProviderEvent[] => {
    if (item.call === undefined) return NONE;
    const signature = hasReasoned ? { signature: sealCall(at) } : {};
    const args = item.arguments.trim() === '' ? '{}' : item.arguments;
    return [{ type: 'toolCallEnded', ...item.call, arguments: args, ...signature }];
  };

  const readCall = (item: Item, at: number, raw: JsonObject): readonly ProviderEvent[] => [
    ...startCall(item, raw),
    ...completeArguments(item, textAt(raw, 'arguments')),
    ...endCall(item, at),
  ];

  const countHosted = (at: number, raw: JsonObject): void => {
    const type = textAt(raw, 'type') ?? '';
    const action = textAt(objectAt(raw, 'action'), 'type') ?? 'search';
    // Pages that are opened are not charged for.
    if (!CHARGED.has(type) || raw.status === 'failed' || action !== 'search') return;
    const calls = hosted.get(type) ?? new Set();
    hosted.set(type, calls);
    calls.add(textAt(raw, 'container_id') ?? textAt(raw, 'id') ?? String(at));
  };

  const readItem = (at: number, raw: JsonObject): readonly ProviderEvent[] => {
    const item = itemAt(at);
    if (item.isDone) return NONE;
    item.isDone = true;
    switch (raw.type) {
      case 'message':
        return readMessage(item, raw);
      case 'reasoning':
        return readReasoning(item, at, raw);
      case 'function_call':
        return readCall(item, at, raw);
      // Perplexity: what it found on the web.
      case 'search_results':
        return objectsAt(raw, 'results').flatMap(readAnnotation);
      default:
        countHosted(at, raw);
        return NONE;
    }
  };

  return {
    readEvent(type, event) {
      const at = placeOf(event);
      const raw = objectAt(event, 'item');
      switch (type) {
        case 'response.output_item.added':
          return raw?.type === 'function_call' ? startCall(itemAt(at), raw) : NONE;
        case 'response.output_item.done':
          return raw === undefined ? NONE : readItem(at, raw);
        case 'response.function_call_arguments.delta':
          return addArguments(itemAt(at), textAt(event, 'delta'));
        case 'response.function_call_arguments.done':
          return completeArguments(itemAt(at), textAt(event, 'arguments'));
        case 'response.output_text.delta':
          return readText(event);
        case 'response.refusal.delta':
          return refuse(itemAt(at), String(countAt(event, 'content_index') ?? 0), textAt(event, 'delta'));
        case 'response.reasoning_summary_text.delta':
          return reason(itemAt(at), 'SUMMARY', countAt(event, 'summary_index') ?? 0, textAt(event, 'delta'));
        case 'response.reasoning_text.delta':
          return reason(itemAt(at), 'CONTENT', countAt(event, 'content_index') ?? 0, textAt(event, 'delta'));
        case 'response.output_text.annotation.added':
          return readAnnotation(objectAt(event, 'annotation'));
        default:
          return NONE;
      }
    },
    readText,
    readItem,
    end: () => [...items].flatMap(([at, item]) => (item.isDone ? NONE : endCall(item, at))),
    hasItems: () => items.size > 0,
    hasCalls: () => callCount > 0,
    hasRefused: () => hasRefused,
    toolCalls: () => new Map([...hosted].map(([type, calls]) => [type, calls.size])),
  };
};
