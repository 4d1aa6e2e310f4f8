import type { Frame } from '../../../domain/client-request.ts';
import type { CompletionEvent } from '../../../domain/completion-event.ts';
import type { ContentEvent } from '../../../domain/content-event.ts';
import type { OperationId } from '../../../domain/ids.ts';
import type { OperationRecord } from '../../../domain/operation-record.ts';
import type { StreamWriter } from '../client-dialect.ts';
import { type ClientError, clientErrorOf } from '../client-error.ts';
import { errorEvent } from './errors.ts';
import { createEventLog } from './event-log.ts';
import type { ResponsesOptions } from './options.ts';
import { createOutputStream, type OutputStream } from './output-stream.ts';
import {
  type AnswerHead,
  failedResponse,
  finishedResponse,
  idCore,
  openResponse,
  shortfallOf,
} from './response-object.ts';
import { createVerbatimStream, type VerbatimStream } from './verbatim-stream.ts';

/**
 * Events of Responses. Nothing is sent before content: until then it is not known who answers, nor whether the answer
 * is passed on as it comes. A failure is told twice, as OpenAI does: by `error`, at which the official SDK throws, and
 * by `response.failed`, for clients that wait for an end of the response.
 */
export const createResponsesStreamWriter = (options: ResponsesOptions): StreamWriter => {
  const log = createEventLog();
  /** Who has been asked and may still answer. */
  const asked = new Map<number, string>();
  let id: OperationId | undefined;
  let createdAt = new Date(0);
  let requested = '';
  let output: OutputStream | undefined;
  let verbatim: VerbatimStream | undefined;

  const head = (): AnswerHead => {
    // Of several that race it is not said which one answers.
    const [model = requested] = asked.size === 1 ? asked.values() : [];
    return { id, createdAt, model };
  };

  const begun = (): OutputStream => {
    if (output !== undefined) return output;
    // Written once for both: instructions and tools in it may be long.
    const response = `"response":${JSON.stringify(openResponse(head(), options))}`;
    log.addWritten('response.created', response);
    log.addWritten('response.in_progress', response);
    output = createOutputStream(idCore(id), log, options.toolNames);
    return output;
  };

  const content = (event: ContentEvent): string => {
    if (verbatim !== undefined) return '';
    begun().add(event);
    return log.take();
  };

  const passOn = (sent: Frame): string => {
    verbatim ??= createVerbatimStream();
    return verbatim.push(sent);
  };

  const finish = (record: OperationRecord): string => {
    if (verbatim !== undefined) return verbatim.finish(record);
    id = record.id;
    createdAt = record.createdAt;
    const stream = begun();
    const shortfall = shortfallOf(record, stream.refusal());
    const items = stream.end(shortfall === undefined ? 'completed' : 'incomplete');
    log.add(shortfall === undefined ? 'response.completed' : 'response.incomplete', {
      response: finishedResponse(record, options, items, shortfall),
    });
    return log.take();
  };

  const fail = (error: ClientError, record?: OperationRecord): string => {
    if (verbatim !== undefined) return verbatim.fail(error);
    const { type, sequence_number: _number, ...facts } = errorEvent(error, 0);
    const items = begun().items();
    log.add(String(type), facts);
    log.add('response.failed', { response: failedResponse(head(), options, items, error, record) });
    return log.take();
  };

  return {
    push(event: CompletionEvent) {
      switch (event.type) {
        case 'started':
          ({ id, createdAt } = event);
          requested = event.route.requested;
          return '';
        case 'attemptStarted':
          asked.set(event.index, event.offeringId);
          return '';
        case 'attemptFailed':
        case 'attemptCancelled':
          asked.delete(event.attempt.index);
          return '';
        case 'usageUpdated':
          return '';
        case 'verbatim':
          return passOn(event);
        case 'textDelta':
          return event.frame === undefined ? content(event) : passOn(event.frame);
        case 'finished':
          return finish(event.record);
        case 'failed':
          return fail(clientErrorOf(event.error), event.record);
        default:
          return content(event);
      }
    },
    fail: (error) => fail(error),
  };
};
