import type { ServiceTier } from '../../domain/completion-request.ts';
import type { FinishReason } from '../../domain/content-event.ts';
import { isJsonObject, type JsonObject, parseJson } from '../../domain/json.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import { createBillingTracker } from '../billing.ts';
import { createUsageTracker } from '../change-trackers.ts';
import type { StreamDecoder } from '../codec.ts';
import { endIn } from '../finish-words.ts';
import { countAt, objectAt, objectsAt, textAt } from '../json-reading.ts';
import { brokenEnd, TRUNCATED, unreadable } from '../upstream-failure.ts';
import { createContentBlocks } from './content-blocks.ts';
import { failureInAnswer } from './errors.ts';
import { createUsageMeter, readRegion, readServiceTier } from './usage.ts';

const NONE: readonly ProviderEvent[] = [];

export type MessageReader = {
  /** Events of one stream event, by its type; unknown types and pings give none. */
  read(event: JsonObject): readonly ProviderEvent[];
  /** Whether anything has said what was used. */
  hasUsage(): boolean;
  /** Whether anything has said why the model stopped. */
  hasStopReason(): boolean;
};

/** Follows one answer. `message_stop` gives `completed`; without a reason to stop it was truncated. */
export const createMessageReader = (): MessageReader => {
  const blocks = createContentBlocks();
  const meter = createUsageMeter();
  const track = createUsageTracker();
  let hasUsage = false;
  const trackBilling = createBillingTracker();
  const trackUsage: typeof track = (usage) => {
    if (usage === undefined) return NONE;
    hasUsage = true;
    return [...track(usage), ...trackBilling(meter.billing())];
  };
  let messageId: string | undefined;
  let isAnswering = false;
  let stopReason: string | undefined;
  let explanation: string | undefined;
  let serviceTier: ServiceTier | undefined;
  let region: string | undefined;

  const stop = (message: JsonObject | undefined): void => {
    stopReason = textAt(message, 'stop_reason') ?? stopReason;
    explanation = textAt(objectAt(message, 'stop_details'), 'explanation') ?? explanation;
  };

  const startMessage = (message: JsonObject | undefined): readonly ProviderEvent[] => {
    const id = textAt(message, 'id');
    const model = textAt(message, 'model');
    // Some relays send the start twice; others give up on an answer and splice in another.
    const isRepeated = isAnswering && id === messageId;
    messageId = id;
    serviceTier = readServiceTier(objectAt(message, 'usage')) ?? serviceTier;
    region = readRegion(objectAt(message, 'usage')) ?? region;
    const usage = trackUsage(
      isRepeated ? meter.update(objectAt(message, 'usage')) : meter.restart(objectAt(message, 'usage')),
    );
    if (isRepeated) return usage;
    const abandoned = isAnswering ? blocks.abandon() : NONE;
    stop(message);
    // Where the provider's own tools call the caller's, the start holds the whole message.
    const content = objectsAt(message, 'content').flatMap((block, key) => [
      ...blocks.start(key, block),
      ...blocks.stop(key),
    ]);
    if (isAnswering) return [...abandoned, ...usage, ...content];
    isAnswering = true;
    return [
      {
        type: 'answering',
        ...(id === undefined ? {} : { providerResponseId: id }),
        ...(model === undefined ? {} : { providerModel: model }),
      },
      ...usage,
      ...content,
    ];
  };

  const completed = (finishReason: FinishReason): ProviderEvent => ({
    type: 'completed',
    finishReason,
    ...(stopReason === undefined ? {} : { rawFinishReason: stopReason }),
    ...(serviceTier === undefined ? {} : { serviceTier }),
    ...(region === undefined ? {} : { region }),
  });

  const ended = (stopReason: string): ProviderEvent => {
    if (stopReason === 'tool_use' && blocks.isAnswerTool()) return completed('STOP');
    const end = endIn(stopReason);
    if (end.kind === 'BROKEN') return { type: 'failed', failure: brokenEnd(stopReason, end) };
    // Some servers say that they stopped where they called tools.
    return completed(end.reason === 'STOP' && blocks.endsWithToolCall() ? 'TOOL_CALLS' : end.reason);
  };

  return {
    hasUsage: () => hasUsage,
    hasStopReason: () => stopReason !== undefined,
    read(event) {
      const key = countAt(event, 'index') ?? 0;
      switch (event.type) {
        case 'message_start':
          return startMessage(objectAt(event, 'message'));
        case 'content_block_start':
          return blocks.start(key, objectAt(event, 'content_block'));
        case 'content_block_delta':
          return blocks.delta(key, objectAt(event, 'delta'));
        case 'content_block_stop':
          return blocks.stop(key);
        case 'message_delta':
          stop(objectAt(event, 'delta'));
          serviceTier = readServiceTier(objectAt(event, 'usage')) ?? serviceTier;
          region = readRegion(objectAt(event, 'usage')) ?? region;
          return trackUsage(meter.update(objectAt(event, 'usage')));
        case 'message_stop':
          if (stopReason === undefined) return [TRUNCATED];
          return [
            ...blocks.stopAll(),
            ...(stopReason === 'refusal' && explanation !== undefined
              ? [{ type: 'refusalDelta', text: explanation } as const]
              : []),
            ended(stopReason),
          ];
        default:
          return NONE;
      }
    },
  };
};

/** The text of an event that brings more of it, as nearly all of a stream do. undefined: it is another, or holds an error. */
const textIn = ({ type, delta, error }: JsonObject): string | undefined =>
  type === 'content_block_delta' &&
  (error ?? undefined) === undefined &&
  isJsonObject(delta) &&
  delta.type === 'text_delta' &&
  typeof delta.text === 'string'
    ? delta.text
    : undefined;

const STOP: JsonObject = { type: 'message_stop' };

/** Decodes a stream, which is whole only with its `message_stop` and a reason for it. */
export const createAnthropicStreamDecoder = (): StreamDecoder => {
  const reader = createMessageReader();
  let isOver = false;
  let isEnding = false;
  const over = (events: readonly ProviderEvent[]): readonly ProviderEvent[] => {
    isOver = true;
    return events;
  };
  return {
    push({ event: name, data }) {
      if (isOver || (!data.startsWith('{') && data.trim() === '')) return NONE;
      const event = parseJson(data);
      const text = isEnding || name === 'error' || !isJsonObject(event) ? undefined : textIn(event);
      if (text !== undefined) return text === '' ? NONE : [{ type: 'textDelta', text }];
      if (
        !isEnding &&
        (name === 'error' || (isJsonObject(event) && (event.type === 'error' || isJsonObject(event.error))))
      ) {
        return over([{ type: 'failed', failure: failureInAnswer(event, data) }]);
      }
      if (isEnding) {
        // Content that comes after the end is no part of the answer.
        const usage = isJsonObject(event) && event.type === 'message_delta' ? reader.read(event) : NONE;
        return usage.length === 0 ? NONE : over([...usage, ...reader.read(STOP)]);
      }
      if (!isJsonObject(event)) return over([unreadable(data)]);
      isEnding = event.type === 'message_stop' && !reader.hasUsage() && reader.hasStopReason();
      if (isEnding) return NONE;
      const events = reader.read(event);
      const last = events.at(-1)?.type;
      return last === 'completed' || last === 'failed' ? over(events) : events;
    },
    isEnding: () => isEnding && !isOver,
    end: () => (isOver ? NONE : over(isEnding ? reader.read(STOP) : [TRUNCATED])),
  };
};
