import type { Frame } from '../../../domain/client-request.ts';
import type { CompletionEvent } from '../../../domain/completion-event.ts';
import type { ContentEvent } from '../../../domain/content-event.ts';
import { isJsonObject, type JsonObject, parseJson } from '../../../domain/json.ts';
import type { OperationRecord } from '../../../domain/operation-record.ts';
import { objectAt, objectsAt } from '../../json-reading.ts';
import { type ClientError, clientErrorOf } from '../client-error.ts';
import { eventText, frameText } from '../frame-text.ts';
import { writeOpenAiError } from '../openai-error.ts';
import { unixSeconds } from '../unix-seconds.ts';
import { type Records, withCost, writeFacts, writeTier, writeUsage } from './usage.ts';
import { StreamedCallIds } from './verbatim-calls.ts';

/** Writes the chunks of one choice in the words of its format. */
export type ChoiceChunks = {
  push(event: ContentEvent): string;
  /** The last chunk. `last` are members for it, each with a comma before; empty where others follow. */
  finish(record: OperationRecord, last: string): string;
};

/** What chunks begin and end with. */
export type ChunkFrame = {
  /** From `data: ` to before the comma of `choices`; to be asked for once there is content. `model`: where it is certain. */
  head(model?: string): string;
  /** From after the choices to the blank line. */
  readonly tail: string;
  readonly index: number;
};

export type ChunkFormat = {
  readonly object: 'chat.completion.chunk' | 'text_completion';
  readonly includeUsage: boolean;
  chunks(frame: ChunkFrame): ChoiceChunks;
};

/** Writes the events of several completions, each a choice of its own, as one stream. */
export type ChoicesStream = {
  /** What to send for an event of the completion that makes the choice `index`. */
  push(index: number, event: CompletionEvent): string;
  fail(error: ClientError): string;
};

const DONE = '[DONE]';
const USAGE = /"usage"\s*:\s*\{/;

const without = (chunk: JsonObject, name: string): JsonObject =>
  Object.fromEntries(Object.entries(chunk).filter(([key]) => key !== name));

type Run = {
  readonly index: number;
  readonly chunks: ChoiceChunks;
  /** Attempts under way, by their number. */
  readonly attempts: Map<number, string>;
  isVerbatim: boolean;
  readonly callIds: StreamedCallIds;
  record?: OperationRecord;
};

/**
 * A stream of `count` completions. With a `count` of 1, frames of a provider are passed on as they came, however many
 * choices they hold; else each is told to be of its own choice.
 */
export const createChoicesStream = (format: ChunkFormat, count: number): ChoicesStream => {
  const { object, includeUsage } = format;
  let id: string | undefined;
  let created = 0;
  let requested = '';
  let ended = 0;
  let isOver = false;
  /** The provider's last chunk with usage alone. */
  let held: JsonObject | undefined;
  let hasPassedUsage = false;

  const headWith = (model: string): string =>
    `data: {"id":${JSON.stringify(id ?? '')},"object":"${object}","created":${created},"model":${JSON.stringify(model)}`;

  const createRun = (index: number): Run => {
    const attempts = new Map<number, string>();
    return {
      index,
      attempts,
      isVerbatim: false,
      callIds: new StreamedCallIds(),
      chunks: format.chunks({
        index,
        // Of several under way the latest has most likely won; the last chunk says it for certain.
        head: (model) => headWith(model ?? [...attempts.values()].at(-1) ?? requested),
        tail: includeUsage ? ',"usage":null}\n\n' : '}\n\n',
      }),
    };
  };
  const runs = Array.from({ length: count }, (_, index) => createRun(index));

  const ownChoice = (run: Run, chunk: JsonObject): string => {
    const choices = objectsAt(chunk, 'choices');
    if (choices.length === 0 && objectAt(chunk, 'usage') !== undefined) return '';
    return frameText(
      JSON.stringify({
        ...without(chunk, 'usage'),
        ...(id !== undefined && { id }),
        choices: choices.map((choice) => ({ ...choice, index: run.index })),
      }),
    );
  };

  const passOn = (run: Run, { event, data: sent }: Frame): string => {
    run.isVerbatim = true;
    const data = run.callIds.fill(sent);
    if (data.length <= 16 && data.trim() === DONE) return '';
    if (count === 1 && !USAGE.test(data)) return frameText(data, event);
    const chunk = parseJson(data);
    if (!isJsonObject(chunk)) return frameText(data, event);
    if (count > 1) return ownChoice(run, chunk);
    if (objectAt(chunk, 'usage') === undefined) return frameText(data, event);
    if (objectsAt(chunk, 'choices').length === 0) {
      held = chunk;
      return '';
    }
    hasPassedUsage = true;
    return includeUsage ? frameText(data, event) : frameText(JSON.stringify(without(chunk, 'usage')), event);
  };

  const usageChunk = (records: Records, isVerbatim: boolean): string => {
    if (!includeUsage) return '';
    const [first] = records;
    if (held !== undefined) {
      const usage = withCost(objectAt(held, 'usage') ?? {}, records);
      return frameText(JSON.stringify({ ...held, usage }));
    }
    const usage = hasPassedUsage ? undefined : writeUsage(records);
    if (usage === undefined) return '';
    const facts = isVerbatim ? '' : `,"modelgraph":${JSON.stringify(writeFacts(records))}`;
    const model = first.offeringId ?? requested;
    return `${headWith(model)},"choices":[],"usage":${JSON.stringify(usage)}${facts}}\n\n`;
  };

  const end = (run: Run, record: OperationRecord): string => {
    if (run.record !== undefined) return '';
    run.record = record;
    ended += 1;
    const records = runs.flatMap(({ record }) => (record === undefined ? [] : [record]));
    const [first, ...rest] = records;
    if (ended < count || first === undefined) return run.isVerbatim ? '' : run.chunks.finish(record, '');
    isOver = true;
    const all: Records = [first, ...rest];
    const usage = usageChunk(all, run.isVerbatim);
    if (run.isVerbatim) return `${usage}data: ${DONE}\n\n`;
    const members = usage === '' ? { ...writeTier(record), modelgraph: writeFacts(all) } : writeTier(record);
    const last = JSON.stringify(members).slice(1, -1);
    return `${run.chunks.finish(record, last === '' ? '' : `,${last}`)}${usage}data: ${DONE}\n\n`;
  };

  const fail = (error: ClientError): string => {
    if (isOver) return '';
    isOver = true;
    return eventText(writeOpenAiError(error));
  };

  return {
    push(index, event) {
      const run = runs[index];
      if (isOver || run === undefined) return '';
      switch (event.type) {
        case 'started':
          if (id === undefined) {
            id = event.id;
            created = unixSeconds(event.createdAt);
            requested = event.route.requested;
          }
          return '';
        case 'attemptStarted':
          run.attempts.set(event.index, event.offeringId);
          return '';
        case 'attemptFailed':
        case 'attemptCancelled':
          run.attempts.delete(event.attempt.index);
          return '';
        case 'usageUpdated':
          return '';
        case 'verbatim':
          return passOn(run, event);
        case 'textDelta':
          if (event.frame !== undefined) return passOn(run, event.frame);
          return run.isVerbatim ? '' : run.chunks.push(event);
        case 'finished':
          return end(run, event.record);
        case 'failed':
          return fail(clientErrorOf(event.error));
        default:
          return run.isVerbatim ? '' : run.chunks.push(event);
      }
    },
    fail,
  };
};
