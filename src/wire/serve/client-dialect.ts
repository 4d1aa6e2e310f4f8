import type { z } from 'zod';
import type { PlainText, UnreadField } from '../../domain/client-request.ts';
import type { CompletionContent } from '../../domain/completion-content.ts';
import type { CompletionEvent } from '../../domain/completion-event.ts';
import type { CompletionRequest, MediaSource, RemoteSource } from '../../domain/completion-request.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { OperationRecord } from '../../domain/operation-record.ts';
import type { Dialect } from '../../domain/provider.ts';
import type { ClientError } from './client-error.ts';

/** What a client asks for, in our words; or where its body is wrong, in the client's own names. */
export type ReadCompletion<Options> =
  | {
      readonly kind: 'OK';
      readonly model: string;
      readonly request: CompletionRequest<MediaSource | RemoteSource>;
      /** Further prompts of one request, each of which is answered as the first is. */
      readonly more?: readonly CompletionRequest<MediaSource | RemoteSource>[];
      readonly stream: boolean;
      /** How many answers to each prompt; 1 where the dialect knows no other number. */
      readonly choices: number;
      readonly unread: readonly UnreadField[];
      /** Where its messages are text and nothing else. */
      readonly plain?: PlainText;
      /** The body without what this server alone can read; absent: it holds nothing of the kind. */
      readonly body?: JsonObject;
      /** What the writers need to know of the request. */
      readonly options: Options;
    }
  | InvalidBody;

/** `path` as in `messages[2].content[0].type`; empty: the body itself. */
export type InvalidBody = { readonly kind: 'INVALID'; readonly path: string; readonly problem: string };

/** One answer that came to its end. */
export type FinishedAnswer = {
  readonly content: CompletionContent;
  readonly record: OperationRecord;
  /** The whole answer as its provider sent it in the client's dialect, where it was passed on so. */
  readonly verbatim?: JsonObject;
};

/** Writes the events of one completion as server-sent events. Made anew for each. */
export type StreamWriter = {
  /**
   * What to send for an event, ready to be written: none, one or several server-sent events. Content that an attempt
   * has left which failed before anything of it was passed on does not come. After `finished` the stream is over in the
   * dialect's own way; after `failed` it holds the dialect's own error and no mark of a whole answer.
   *
   * Once a `verbatim` event comes, it is what is written, and the events read from it are not. What ends the stream is
   * kept until `finished`, which adds what the request cost.
   */
  push(event: CompletionEvent): string;
  /** What the events have not said and a client must be told, in the dialect's own way: a failure of this server. */
  fail(error: ClientError): string;
};

/** The client half of a dialect: pure functions between what a client sends and gets, and our words. */
export type ClientDialect<Options> = {
  /** The dialect in which providers get its requests as they came; absent: none speaks it. */
  readonly dialect?: Dialect;
  /** What bodies are held against, with descriptions: the reference manual is made of it. */
  readonly requestSchema: z.ZodType;
  /** Never throws. `body` may hold anything that JSON can. */
  read(body: JsonObject): ReadCompletion<Options>;
  streamWriter(options: Options): StreamWriter;
  /** At least one answer. A `verbatim` one is given back as it is, with what it cost where there is a place for it. */
  writeAnswer(answers: readonly [FinishedAnswer, ...FinishedAnswer[]], options: Options): JsonObject;
  writeError(error: ClientError): JsonObject;
  /** The HTTP status of an error; clients tell errors apart by it. */
  statusOf(error: ClientError): number;
  /** Sent in a stream's long silences, so that nothing between takes the connection for dead. */
  readonly keepAlive: string;
};
