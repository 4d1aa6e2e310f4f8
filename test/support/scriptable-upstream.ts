import {
  eventStream,
  jsonAnswer,
  NEVER,
  type Script,
  sseFrame,
  startUpstream,
  type UpstreamRequest,
} from './upstream.ts';

/** What a provider does with one call. */
export type Behaviour = (request: UpstreamRequest) => Script;

/** One call of a completion, as the provider sees it. Times are of `performance.now()`. */
export type Call = {
  readonly request: UpstreamRequest;
  readonly at: number;
  /** When the client went away before it had the whole answer. */
  readonly gone: Promise<number>;
  /** When the whole answer had been handed over. */
  readonly answered: Promise<number>;
};

/** A provider in OpenAI's dialect, on a port of its own, that behaves as it is told. */
export type ScriptableUpstream = {
  /** Without `/v1`. */
  readonly url: string;
  /** Calls of completions since the last `forget`. */
  readonly calls: readonly Call[];
  /** Call number `n`, from 0, since the last `forget`, once it came. */
  call(n: number): Promise<Call>;
  /** For every call from now on that `next` says nothing of. */
  behave(behaviour: Behaviour): void;
  /** For the next calls, one each. */
  next(...behaviours: readonly Behaviour[]): void;
  /** As it began: no calls, and plain answers. */
  forget(): void;
  close(): Promise<void>;
};

export type AnswerOptions = {
  /** One for each token. */
  readonly tokens?: readonly string[];
  /** Nothing is sent before it resolves. */
  readonly after?: Promise<void>;
  /** Milliseconds until the first token. */
  readonly ttftMs?: number;
  /** Milliseconds between two tokens. */
  readonly tokenMs?: number;
  /** All input tokens, and how many of them were cached. `none`: no usage is told. */
  readonly usage?: { readonly input: number; readonly cached?: number; readonly output?: number } | 'none';
  readonly headers?: { readonly [name: string]: string };
  /** After the tokens; `done` by default. */
  readonly ending?: 'done' | 'cut' | 'reset' | 'hang' | 'error' | 'end';
};

const elapsed = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });

const modelIn = ({ body }: UpstreamRequest): string =>
  typeof body === 'object' && body !== null && 'model' in body ? String(body.model) : 'm';

const isStreamed = ({ body }: UpstreamRequest): boolean =>
  typeof body === 'object' && body !== null && 'stream' in body && body.stream === true;

const ENDINGS = { done: 'end', end: 'end', error: 'end', cut: 'cut', reset: 'reset', hang: 'hang' } as const;

/** Tokens at a pace, streamed or whole, as the call asks. */
export const answer =
  ({
    tokens = ['Good', ' answer'],
    after,
    ttftMs = 0,
    tokenMs = 0,
    usage = { input: 10 },
    ...rest
  }: AnswerOptions = {}): Behaviour =>
  (request) => {
    const { headers = {}, ending = 'done' } = rest;
    const model = modelIn(request);
    const told =
      usage === 'none'
        ? undefined
        : {
            prompt_tokens: usage.input,
            completion_tokens: usage.output ?? tokens.length,
            total_tokens: usage.input + (usage.output ?? tokens.length),
            prompt_tokens_details: { cached_tokens: usage.cached ?? 0 },
          };
    if (!isStreamed(request)) {
      const message = { role: 'assistant', content: tokens.join('') };
      return jsonAnswer(
        {
          id: 'c',
          object: 'chat.completion',
          model,
          choices: [{ index: 0, message, finish_reason: 'stop' }],
          usage: told,
        },
        { headers, before: after ?? elapsed(ttftMs + tokenMs * Math.max(0, tokens.length - 1)) },
      );
    }
    const chunk = (delta: object, finish: string | null = null): string =>
      sseFrame({
        id: 'c',
        object: 'chat.completion.chunk',
        created: 1_741_569_952,
        model,
        choices: [{ index: 0, delta, finish_reason: finish }],
      });
    const timed = tokens.flatMap((content, n) => {
      const due = ttftMs + n * tokenMs;
      return [...(due > 0 ? [elapsed(due)] : []), chunk({ role: 'assistant', content })];
    });
    const last = {
      done: [
        chunk({}, 'stop'),
        ...(told === undefined
          ? []
          : [
              sseFrame({
                id: 'c',
                object: 'chat.completion.chunk',
                created: 1,
                model,
                choices: [],
                usage: told,
              }),
            ]),
        sseFrame('[DONE]'),
      ],
      error: [sseFrame({ error: { message: 'the engine has died', type: 'server_error', code: null } })],
      end: [],
      // What was sent before a reset is only certain to be read where the reset comes later.
      cut: [elapsed(ttftMs + tokens.length * tokenMs + 50)],
      reset: [elapsed(ttftMs + tokens.length * tokenMs + 50)],
      hang: [],
    }[ending];
    return eventStream([...(after === undefined ? [] : [after]), ...timed, ...last], {
      headers,
      ending: ENDINGS[ending],
    });
  };

const words = (n: number): readonly string[] => Array.from({ length: n }, (_, index) => ` w${index}`);

/** Takes the request and never answers. */
export const neverAnswers: Behaviour = () => ({ before: NEVER });

/** 200, and then nothing. */
export const saysNothing: Behaviour = () => eventStream([], { ending: 'hang' });

/** A true answer, but one byte at a time. */
export const dribbles =
  (byteMs: number): Behaviour =>
  (request) => {
    const { body = [] } = answer()(request);
    const pieces = typeof body === 'string' || body instanceof Uint8Array ? [body] : body;
    const text = pieces.filter((piece) => typeof piece === 'string').join('');
    return eventStream(
      [...text].flatMap((byte, n) => [elapsed((n + 1) * byteMs), byte]),
      { ending: 'end' },
    );
  };

/** Dies after so many tokens. */
export const diesAfter = (tokens: number, ending: 'cut' | 'reset' | 'hang' | 'error' | 'end'): Behaviour =>
  answer({ tokens: words(tokens), ending });

/** 200 and a web page, as a captive portal or a broken proxy gives. */
export const webPage: Behaviour = () => ({
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: '<!doctype html><html><body><h1>Welcome to nginx!</h1></body></html>',
});

/** The connection is reset as soon as the request is in. */
export const resetsConnection: Behaviour = () => ({ raw: '', ending: 'reset' });

/** An error in OpenAI's form. */
export const fails = (
  status: number,
  {
    headers = {},
    code = null,
    message = `status ${status}`,
  }: {
    readonly headers?: { readonly [name: string]: string };
    readonly code?: string | null;
    readonly message?: string;
  } = {},
): Behaviour => {
  return () => jsonAnswer({ error: { message, type: 'error', code } }, { status, headers });
};

/** `models`: what a local server says that it has. */
export const startScriptableUpstream = async (
  models: readonly string[] = [],
): Promise<ScriptableUpstream> => {
  const upstream = await startUpstream();
  let behaviour: Behaviour = answer();
  let queue: Behaviour[] = [];
  let calls: Call[] = [];
  let waiting: { readonly n: number; readonly resolve: (call: Call) => void }[] = [];

  const take = (request: UpstreamRequest): Call => {
    const n = upstream.requests.indexOf(request);
    const now = (): number => performance.now();
    return {
      request,
      at: performance.now(),
      gone: upstream.closedByClient(n).then(now),
      answered: upstream.answered(n).then(now),
    };
  };

  upstream.respond((request) => {
    if (request.path === '/api/tags') return jsonAnswer({ models: models.map((name) => ({ name })) });
    if (!request.path.endsWith('/chat/completions'))
      return jsonAnswer({ object: 'list', data: models.map((id) => ({ id, object: 'model' })) });
    const call = take(request);
    calls.push(call);
    const n = calls.length - 1;
    for (const each of waiting) if (each.n === n) each.resolve(call);
    waiting = waiting.filter((each) => each.n > n);
    return (queue.shift() ?? behaviour)(request);
  });

  return {
    url: upstream.url,
    get calls() {
      return calls;
    },
    call: (n) =>
      new Promise((resolve) => {
        const call = calls[n];
        if (call === undefined) waiting.push({ n, resolve });
        else resolve(call);
      }),
    behave(given) {
      behaviour = given;
    },
    next: (...given) => void queue.push(...given),
    forget() {
      calls = [];
      queue = [];
      behaviour = answer();
    },
    close: () => upstream.close(),
  };
};
