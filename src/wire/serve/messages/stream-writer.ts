import type { Frame } from '../../../domain/client-request.ts';
import type { CompletionEvent } from '../../../domain/completion-event.ts';
import type { ContentEvent } from '../../../domain/content-event.ts';
import { asOperationId, type OfferingId } from '../../../domain/ids.ts';
import type { OperationRecord } from '../../../domain/operation-record.ts';
import type { Usage } from '../../../domain/usage.ts';
import { answerFacts } from '../answer-facts.ts';
import type { StreamWriter } from '../client-dialect.ts';
import { type ClientError, clientErrorOf } from '../client-error.ts';
import { type BlockWriter, createBlockWriter } from './block-writer.ts';
import { writeMessagesError } from './errors.ts';
import { frame } from './frames.ts';
import { messageIdOf } from './message-fields.ts';
import type { MessagesOptions } from './read-request.ts';
import { isRefusalText, stopFields } from './stop-reason.ts';
import { finalUsage, usageFields } from './usage.ts';
import { createVerbatimFrames, type VerbatimFrames } from './verbatim-frames.ts';

const errorFrame = (error: ClientError): string => frame({ type: 'error', ...writeMessagesError(error) });

/** Writes one answer's events in the format's order. Nothing is sent before there is content. */
export const createMessagesStreamWriter = (options: MessagesOptions): StreamWriter => {
  let id = asOperationId('');
  /** Attempts under way, the latest last: it is the likeliest to be the one that answers. */
  const underWay = new Map<number, OfferingId>();
  let usage: Usage | undefined;
  let blocks: BlockWriter | undefined;
  let verbatim: VerbatimFrames | undefined;
  let isOver = false;

  const start = (offering: OfferingId | undefined): string =>
    frame({
      type: 'message_start',
      message: {
        id: messageIdOf(id),
        type: 'message',
        role: 'assistant',
        model: offering ?? options.model,
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: usageFields(usage),
      },
    });

  const content = (event: ContentEvent): string => {
    if (verbatim !== undefined) return '';
    if (blocks !== undefined) return blocks.push(event);
    blocks = createBlockWriter(id);
    return start([...underWay.values()].at(-1)) + blocks.push(event);
  };

  const passOn = (sent: Frame): string => {
    verbatim ??= createVerbatimFrames();
    return verbatim.push(sent);
  };

  const finish = (record: OperationRecord): string => {
    isOver = true;
    if (verbatim !== undefined) return verbatim.finish(record);
    const started = blocks === undefined ? start(record.offeringId) : '';
    blocks ??= createBlockWriter(id);
    const ended = blocks.end(isRefusalText(record) ? blocks.refusal() : '');
    const traits = { hasToolCalls: blocks.hasToolCalls(), refusal: blocks.refusal() };
    const delta = frame({
      type: 'message_delta',
      delta: stopFields(record, traits, options),
      usage: finalUsage(record),
      modelgraph: answerFacts(record),
    });
    return `${started}${ended}${delta}${frame({ type: 'message_stop' })}`;
  };

  const fail = (error: ClientError): string => {
    if (isOver) return '';
    isOver = true;
    return errorFrame(error);
  };

  return {
    push(event: CompletionEvent) {
      if (isOver) return '';
      switch (event.type) {
        case 'textDelta':
          // Once our own words have begun the answer, another's would not fit them.
          return event.frame === undefined || blocks !== undefined ? content(event) : passOn(event.frame);
        case 'reasoningDelta':
        case 'toolCallStarted':
        case 'toolCallDelta':
        case 'toolCallEnded':
        case 'source':
        case 'refusalDelta':
          return content(event);
        case 'verbatim':
          return blocks === undefined ? passOn(event) : '';
        case 'usageUpdated':
          usage = event.usage;
          return '';
        case 'started':
          id = event.id;
          return '';
        case 'attemptStarted':
          underWay.set(event.index, event.offeringId);
          return '';
        case 'attemptFailed':
          usage = undefined;
          underWay.delete(event.attempt.index);
          return '';
        case 'attemptCancelled':
          underWay.delete(event.attempt.index);
          return '';
        case 'finished':
          return finish(event.record);
        case 'failed':
          return fail(clientErrorOf(event.error));
      }
    },
    fail,
  };
};
