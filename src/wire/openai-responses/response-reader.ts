import type { FinishReason } from '../../domain/content-event.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import { createBillingTracker } from '../billing.ts';
import { createUsageTracker } from '../change-trackers.ts';
import { endIn } from '../finish-words.ts';
import { objectAt, objectsAt, textAt } from '../json-reading.ts';
import { failureInAnswer } from '../openai/errors.ts';
import { readServiceTier } from '../openai/service-tier.ts';
import { brokenEnd, failed, TRUNCATED } from '../upstream-failure.ts';
import { readResponsesBilling } from './billing.ts';
import { createOutputItems, type OutputItems } from './output-items.ts';
import { readResponsesUsage } from './usage.ts';

export type ResponseReader = {
  readonly items: OutputItems;
  /** `answering`, once. */
  begin(response: JsonObject): readonly ProviderEvent[];
  /** Whether the response says that it is whole. */
  isWhole(response: JsonObject): boolean;
  /** All that the response says as a whole: what its items did not say before, usage, and the end. */
  finish(response: JsonObject): readonly ProviderEvent[];
};

/** A response that is completed says no more: what it holds tells why it stopped. */
const finishReasonOf = (reason: FinishReason, items: OutputItems): FinishReason => {
  if (reason !== 'STOP') return reason;
  return items.hasCalls() ? 'TOOL_CALLS' : items.hasRefused() ? 'REFUSAL' : 'STOP';
};

/** Reads a response object: the whole of an unstreamed answer, the ends of a streamed one. */
export const createResponseReader = (): ResponseReader => {
  const items = createOutputItems();
  const trackUsage = createUsageTracker();
  const trackBilling = createBillingTracker();
  let isAnswering = false;

  const end = (response: JsonObject): ProviderEvent => {
    const status = textAt(response, 'status');
    const error = objectAt(response, 'error');
    if (error !== undefined) return { type: 'failed', failure: failureInAnswer(error) };
    switch (status) {
      case 'failed':
      case 'cancelled':
        return failed({ code: 'SERVER_ERROR', providerCode: status });
      case 'queued':
      case 'in_progress':
        return TRUNCATED;
      default: {
        const raw = textAt(objectAt(response, 'incomplete_details'), 'reason') ?? status;
        if (raw === undefined) return TRUNCATED;
        const ended = endIn(raw);
        if (ended.kind === 'BROKEN') return { type: 'failed', failure: brokenEnd(raw, ended) };
        const tier = readServiceTier(textAt(response, 'service_tier'));
        return {
          type: 'completed',
          finishReason: finishReasonOf(ended.reason, items),
          rawFinishReason: raw,
          ...(tier === undefined ? {} : { serviceTier: tier }),
        };
      }
    }
  };

  const begin = (response: JsonObject): readonly ProviderEvent[] => {
    const id = textAt(response, 'id');
    const model = textAt(response, 'model');
    if (isAnswering || (id === undefined && model === undefined)) return [];
    isAnswering = true;
    return [
      {
        type: 'answering',
        ...(id === undefined ? {} : { providerResponseId: id }),
        ...(model === undefined ? {} : { providerModel: model }),
      },
    ];
  };

  return {
    items,
    begin,
    isWhole: (response) => end(response).type === 'completed',
    finish(response) {
      // Where items were streamed, the list repeats them, and not always in their places.
      const whole = items.hasItems() ? [] : objectsAt(response, 'output');
      const start = items.hasItems() ? [] : begin(response);
      const said = whole.flatMap((item, at) => items.readItem(at, item));
      const last = end(response);
      return [
        ...start,
        ...said,
        ...trackUsage(readResponsesUsage(objectAt(response, 'usage'))),
        ...trackBilling(readResponsesBilling(response, items.toolCalls())),
        ...(last.type === 'completed' ? items.end() : []),
        last,
      ];
    },
  };
};
