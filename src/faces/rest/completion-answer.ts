import { explainEnd, type OnFailure } from '../../control/authentication.ts';
import type { KeyService } from '../../control/key-service.ts';
import type { KeyEnd } from '../../control/live-sessions.ts';
import { type ContentFold, createContentFold } from '../../domain/completion-content.ts';
import type { CompletionEvent } from '../../domain/completion-event.ts';
import { isJsonObject, type JsonObject, parseJson } from '../../domain/json.ts';
import type { OperationRecord } from '../../domain/operation-record.ts';
import type { CompletionRefusal } from '../../domain/refusal.ts';
import type { CompletionCommand, CompletionTimeouts } from '../../gateway/completion-command.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import type { Run } from '../../gateway/runs/run.ts';
import { objectAt } from '../../wire/json-reading.ts';
import type { ToldRecord } from '../../wire/serve/answer-facts.ts';
import { asOne } from '../../wire/serve/chat/usage.ts';
import type { ClientDialect, FinishedAnswer } from '../../wire/serve/client-dialect.ts';
import { type ClientError, clientErrorOf } from '../../wire/serve/client-error.ts';
import { routeFacts } from '../../wire/serve/route-facts.ts';
import { PieceWriter } from '../one-write.ts';
import { BROKEN, EVENT_STREAM, type Exchange, reasonOf, sendError, sendJson } from './exchange.ts';
import { CompletionProgress, recordHeaders } from './response-headers.ts';

export type CompletionDependencies = {
  readonly gateway: Pick<Gateway, 'run'>;
  readonly timeouts: CompletionTimeouts;
  /** Largest body in bytes; and as much may all answers' requests have together. */
  readonly maxRequestBytes: number;
  readonly onFailure: OnFailure;
  /** Absent: streams outlive their keys. */
  readonly keys?: Pick<KeyService, 'watch'>;
  /** How long a stream may be silent before a sign of life is sent; some seconds if not given. */
  readonly silenceMs?: number;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
};

/** Completions to be run side by side, for one answer. */
export type Asked<Options> = {
  readonly commands: readonly [CompletionCommand, ...CompletionCommand[]];
  readonly dialect: ClientDialect<Options>;
  readonly options: Options;
  readonly exchange: Exchange;
  readonly deps: CompletionDependencies;
  /** The client wants to know why it was routed so. */
  readonly tellsRoute: boolean;
  /** Whether the caller has an answer for a refusal, and has begun it; nothing was sent. */
  readonly onRefused: ((refusal: CompletionRefusal) => boolean) | undefined;
};

/** Writes several completions as one stream. */
export type ChoicesWriter = {
  push(index: number, event: CompletionEvent): string;
  /** What this server itself failed in. */
  fail(error: ClientError): string;
};

type Failed = Extract<CompletionEvent, { type: 'failed' }>;

/** The answer to completions side by side. The first that fails ends it; others are left then, and all when the client leaves. */
abstract class CompletionAnswer<Options> {
  protected readonly asked: Asked<Options>;
  protected readonly progress: CompletionProgress;
  readonly #runs: Run[] = [];
  #isOver = false;
  #isPaused = false;

  constructor(asked: Asked<Options>) {
    this.asked = asked;
    this.progress = new CompletionProgress(asked.deps.nowMs, asked.exchange.arrivedMs);
  }

  /** Takes an event of one completion. What it throws is a defect of ours. */
  protected abstract see(index: number, event: CompletionEvent): void;

  begin(): void {
    const { commands, exchange, deps } = this.asked;
    exchange.onLeave(() => this.end());
    for (const [index, command] of commands.entries()) {
      if (this.#isOver) return;
      const run = deps.gateway.run(exchange.caller, command, {
        event: (event) => {
          if (this.#isOver) return;
          try {
            this.see(index, event);
          } catch (error) {
            this.broke(error);
          }
        },
        broke: (error) => this.broke(error),
      });
      this.#runs.push(run);
      // Events may have come before there was a run.
      if (this.#isOver) run.leave();
      else if (this.#isPaused) run.pause();
    }
  }

  /** Until the client has taken what was written. */
  protected pause(): void {
    if (this.#isPaused || this.#isOver) return;
    this.#isPaused = true;
    for (const run of this.#runs) run.pause();
    this.asked.exchange.response.once('drain', () => {
      this.#isPaused = false;
      if (this.#isOver) return;
      for (const run of this.#runs) run.resume();
    });
  }

  /** Takes nothing more, and leaves what is under way. */
  protected end(): void {
    this.#isOver = true;
    for (const run of this.#runs) run.leave();
  }

  /** An error before anything was sent, which has an HTTP status of its own. */
  protected fail({ error, record }: Failed): void {
    const { exchange, dialect, onRefused } = this.asked;
    this.end();
    if (error.kind === 'REFUSED' && onRefused?.(error.refusal) === true) return;
    const overheadMs = this.progress.overheadMs();
    const headers =
      record === undefined ? this.progress.headers() : recordHeaders(record.id, record, overheadMs);
    sendError(exchange.response, dialect, clientErrorOf(error), headers);
  }

  protected broke(error: unknown): void {
    this.end();
    this.asked.exchange.fail(error);
  }
}

/** What is no object is nobody's answer: then what was read from it is written. */
const objectIn = (text: string): JsonObject | undefined => {
  const json = parseJson(text);
  return isJsonObject(json) ? json : undefined;
};

/** All else is of an answer, which no other attempt can take back once it is passed on. */
const BEFORE_ANSWER: ReadonlySet<CompletionEvent['type']> = new Set([
  'started',
  'attemptStarted',
  'attemptFailed',
  'attemptCancelled',
  'usageUpdated',
]);

const NO_CONTENT = createContentFold().content();

/** An answer that is passed on as its provider sent it has nothing of ours in some formats. */
const withRoute = (body: JsonObject, record: OperationRecord): JsonObject => ({
  ...body,
  modelgraph: { ...objectAt(body, 'modelgraph'), route: routeFacts(record) },
});

/** What one completion has said so far. */
type Told = { fold?: ContentFold | undefined; verbatim?: JsonObject | undefined };

/** Answers when all are done. */
export class WholeAnswer<Options> extends CompletionAnswer<Options> {
  readonly #told: readonly Told[] = this.asked.commands.map(() => ({}));
  readonly #answers: FinishedAnswer[] = [];
  #finished = 0;

  protected override see(index: number, event: CompletionEvent): void {
    this.progress.see(event);
    const told = this.#told[index];
    if (told === undefined) return;
    switch (event.type) {
      case 'finished': {
        const { fold, verbatim } = told;
        const answer = { content: fold?.content() ?? NO_CONTENT, record: event.record };
        this.#answers[index] = verbatim === undefined ? answer : { ...answer, verbatim };
        this.#finished += 1;
        if (this.#finished === this.#told.length) this.#send();
        return;
      }
      case 'failed':
        this.fail(event);
        return;
      case 'verbatim':
        told.verbatim = event.json ?? objectIn(event.data);
        return;
      case 'attemptFailed':
        if (event.willRetry) {
          told.verbatim = undefined;
          told.fold = undefined;
        }
        return;
      default:
        // Of a verbatim answer, the whole has come.
        if (told.verbatim !== undefined || BEFORE_ANSWER.has(event.type)) return;
        told.fold ??= createContentFold();
        told.fold.add(event);
    }
  }

  #send(): void {
    const { dialect, options, exchange } = this.asked;
    const [first, ...rest] = this.#answers;
    if (first === undefined) return;
    const all = asOne([first.record, ...rest.map(({ record }) => record)]);
    const body = dialect.writeAnswer([first, ...rest], options);
    this.end();
    const told = this.asked.tellsRoute ? withRoute(body, all) : body;
    sendJson(exchange.response, 200, told, recordHeaders(first.record.id, all, this.progress.overheadMs()));
  }
}

/** Clients of server-sent events skip it. */
const routeComment = (record: OperationRecord): string =>
  `: modelgraph.route ${JSON.stringify(routeFacts(record))}\n\n`;

const HEAD = {
  ...EVENT_STREAM,
  // Proxies that gather answers before they pass them on know this one.
  'x-accel-buffering': 'no',
} as const;

/** How long a stream may be silent before a sign of life is sent. */
const SILENCE_MS = 15_000;

/**
 * Streams what completions say, once a turn. Until the first piece of an answer, or some seconds of silence, an error has
 * an HTTP status of its own; after it, it is an event of the stream. What is written waits for its reader, and the
 * providers wait with it.
 */
export class StreamedAnswer<Options> extends CompletionAnswer<Options> {
  readonly #writer: ChoicesWriter;
  /** Once its head has gone out. */
  #body: PieceWriter | undefined;
  /** What is to go out at the end of the turn, or with the head. */
  #text = '';
  #isWriting = false;
  #running: number;
  #hasSpoken = false;
  /** As its provider sent it. */
  #isPassedOn = false;
  readonly #silence: NodeJS.Timeout;
  readonly #unwatch: (() => void) | undefined;

  constructor(asked: Asked<Options>, writer: ChoicesWriter) {
    super(asked);
    this.#writer = writer;
    this.#running = asked.commands.length;
    this.#silence = setInterval(() => this.#speak(), asked.deps.silenceMs ?? SILENCE_MS).unref();
    this.#unwatch = asked.deps.keys?.watch(asked.exchange.caller, (why) => this.#keyEnded(why));
  }

  #keyEnded(why: KeyEnd): void {
    const { problem, message } = explainEnd(why);
    const error: ClientError = { kind: 'AUTHENTICATION', code: problem.toLowerCase(), message };
    if (this.#body !== undefined) {
      this.#finish(this.#writer.fail(error));
      return;
    }
    this.end();
    const { response } = this.asked.exchange;
    if (!response.destroyed) sendError(response, this.asked.dialect, error, this.progress.headers());
  }

  protected override see(index: number, event: CompletionEvent): void {
    // The head has gone out with what was known.
    if (this.#body === undefined) this.progress.see(event);
    const text = this.#asText(index, event);
    if (event.type === 'failed') {
      if (this.#body === undefined) this.fail(event);
      else this.#finish(text);
      return;
    }
    this.#text += text;
    if (event.type === 'finished') this.#running -= 1;
    if (this.#running === 0) this.#finish('');
    else if (this.#body !== undefined) {
      if (text !== '') this.#write();
    } else if (!BEFORE_ANSWER.has(event.type)) this.#open();
  }

  #asText(index: number, event: CompletionEvent): string {
    if (event.type === 'verbatim') this.#isPassedOn = true;
    if (event.type !== 'finished' || !this.asked.tellsRoute) return this.#writer.push(index, event);
    const record: ToldRecord = { ...event.record, tellsRoute: true };
    const text = this.#writer.push(index, { ...event, record });
    // What is passed on has the provider's own end.
    return this.#isPassedOn ? `${routeComment(event.record)}${text}` : text;
  }

  #open(): PieceWriter {
    this.#silence.refresh();
    const { response } = this.asked.exchange;
    response.writeHead(200, { ...HEAD, ...this.progress.headers() });
    this.#body = new PieceWriter(response);
    this.#write();
    return this.#body;
  }

  /** At the end of the turn, with all that comes within it. */
  #write(): void {
    if (this.#isWriting) return;
    this.#isWriting = true;
    process.nextTick(this.#flush);
  }

  readonly #flush = (): void => {
    this.#isWriting = false;
    const text = this.#text;
    const { response } = this.asked.exchange;
    if (response.destroyed || response.writableEnded) return;
    this.#text = '';
    this.#hasSpoken = true;
    if (text === '') response.flushHeaders();
    else if (this.#body?.write(text) === false) this.pause();
  };

  #speak(): void {
    const { exchange, dialect } = this.asked;
    if (this.#body === undefined) {
      this.#open();
      return;
    }
    if (!this.#hasSpoken && !exchange.response.writableNeedDrain) this.#body.write(dialect.keepAlive);
    this.#hasSpoken = false;
  }

  #finish(text: string): void {
    const { response } = this.asked.exchange;
    const body = this.#body ?? (response.destroyed ? undefined : this.#open());
    this.end();
    if (!response.destroyed) body?.end(this.#text + text);
  }

  protected override end(): void {
    clearInterval(this.#silence);
    this.#unwatch?.();
    super.end();
  }

  protected override broke(error: unknown): void {
    if (this.#body === undefined) {
      super.broke(error);
      return;
    }
    this.asked.deps.onFailure('A stream broke off.', { reason: reasonOf(error) });
    try {
      this.#finish(this.#writer.fail(BROKEN));
    } catch (again) {
      super.broke(again);
    }
  }
}
