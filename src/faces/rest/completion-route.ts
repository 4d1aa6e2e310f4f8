import type { ClientRequest, Extent, UnreadField } from '../../domain/client-request.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { CompletionRefusal } from '../../domain/refusal.ts';
import type { CompletionCommand, CompletionTimeouts } from '../../gateway/completion-command.ts';
import { MAX_PROMPT_CHARACTERS, promptCharacters } from '../../gateway/stages/guard-input.ts';
import type { ClientDialect, ReadCompletion, StreamWriter } from '../../wire/serve/client-dialect.ts';
import {
  type Asked,
  type ChoicesWriter,
  type CompletionDependencies,
  StreamedAnswer,
  WholeAnswer,
} from './completion-answer.ts';
import { type ControlOptions, splitControl } from './control-options.ts';
import { type Exchange, invalid, invalidBody } from './exchange.ts';

export type ServedDialect<Options> = {
  readonly dialect: ClientDialect<Options>;
  /** For dialects in which several answers can be asked for at once. */
  readonly choicesWriter?: (options: Options, count: number) => ChoicesWriter;
};

type Read<Options> = Extract<ReadCompletion<Options>, { kind: 'OK' }>;

const ofOne = (writer: StreamWriter): ChoicesWriter => ({
  push: (_index, event) => writer.push(event),
  fail: writer.fail,
});

/** Headers that belong to what the client says in its own dialect. */
const DIALECT_HEADERS = ['anthropic-beta', 'openai-beta'] as const;

const dialectHeaders = ({ headers }: Exchange['request']): { readonly [name: string]: string } => {
  const found: { [name: string]: string } = {};
  for (const name of DIALECT_HEADERS) {
    const value = headers[name];
    if (typeof value === 'string' && value.length <= 1_024) found[name] = value;
  }
  return found;
};

const NONE: readonly never[] = [];

/** Nobody would make so many choices in one go: each is to be a completion of its own. */
const isUnfit = ({ code }: CompletionRefusal): boolean =>
  code === 'UNSUPPORTED_PARAMETER' || code === 'NO_CANDIDATE';

export type Given = {
  readonly body: JsonObject;
  readonly extent: Extent;
};

/** What a client asks for in its dialect, and what it says to this server itself. Throws RestProblem. */
export const readAsked = <Options>(
  dialect: ClientDialect<Options>,
  given: Given,
  exchange: Exchange,
  timeouts: CompletionTimeouts,
) => {
  const { control, body } = splitControl(given.body, exchange.request.headers);
  const read = dialect.read(body);
  if (read.kind === 'INVALID') throw invalidBody(read);
  refuseUnknown(read.unread, control);
  const client: { -readonly [Name in keyof ClientRequest]: ClientRequest[Name] } = {
    body: read.body ?? body,
    headers: dialectHeaders(exchange.request),
    unread: read.unread,
    extent: given.extent,
  };
  if (dialect.dialect !== undefined) client.dialect = dialect.dialect;
  if (read.plain !== undefined) client.plain = read.plain;
  return { control, body, read, client, command: commandOf(read, control, timeouts, client, exchange) };
};

/**
 * Serves completions in the dialect of their clients. Several choices are asked of a provider in one call where it
 * speaks the dialect, and are completions of their own elsewhere.
 */
export const serveCompletion = <Options>(
  { dialect, choicesWriter }: ServedDialect<Options>,
  given: Given,
  exchange: Exchange,
  deps: CompletionDependencies,
): void => {
  const { control, body, read, client, command } = readAsked(dialect, given, exchange, deps.timeouts);
  const { options, stream, choices } = read;
  const isSpoken = dialect.dialect !== undefined;
  const begin = (commands: Asked<Options>['commands'], onRefused?: Asked<Options>['onRefused']): void => {
    const tellsRoute = control.explain === 'ROUTE';
    const asked: Asked<Options> = { commands, dialect, options, exchange, deps, tellsRoute, onRefused };
    const answer = stream
      ? new StreamedAnswer(
          asked,
          choicesWriter?.(options, commands.length) ?? ofOne(dialect.streamWriter(options)),
        )
      : new WholeAnswer(asked);
    answer.begin();
  };
  const { more = NONE } = read;
  const isSeveral = choices > 1 || more.length > 0;
  const inSeveral = (): void => {
    const first: CompletionCommand = { ...command, client: { ...client, body: { ...client.body, n: 1 } } };
    const others = more.map((request) => ({ ...first, request: controlled(request, control) }));
    const commands = [first, ...others].flatMap((each) => Array.from({ length: choices }, () => each));
    refuseManyTimes(commands, body, choices, deps);
    begin([first, ...commands.slice(1)]);
  };
  if (isSeveral && !isSpoken) inSeveral();
  else
    begin([choices === 1 ? command : { ...command, client: { ...client, choices } }], (refusal) => {
      const isToBeSplit = isSeveral && isUnfit(refusal);
      if (isToBeSplit) inSeveral();
      return isToBeSplit;
    });
};

/** What is asked of providers many times over is here as often: all of it is held to what one request may bring. */
const refuseManyTimes = (
  commands: readonly CompletionCommand[],
  body: JsonObject,
  choices: number,
  { maxRequestBytes }: CompletionDependencies,
): void => {
  const text = commands.reduce((sum, { request }) => sum + promptCharacters(request.messages), 0);
  const isLong = text > MAX_PROMPT_CHARACTERS;
  if (!isLong && (choices === 1 || JSON.stringify(body).length * choices <= maxRequestBytes)) return;
  const limit = isLong
    ? `${text} characters of text; at most ${MAX_PROMPT_CHARACTERS} are taken`
    : `more than ${maxRequestBytes} bytes (MODELGRAPH_MAX_REQUEST_BYTES)`;
  throw invalid(
    `n: each of ${commands.length} answers is a separate request, and all of them hold ${limit}. Ask for fewer.`,
    'n',
    'too_many_choices',
  );
};

const refuseUnknown = (unread: readonly UnreadField[], { unknownFields }: ControlOptions): void => {
  const [first] = unread;
  if (unknownFields === 'PASS' || first === undefined) return;
  const names = unread.slice(0, 10).map(({ name }) => name);
  throw invalid(
    `Fields that are not known here: ${names.join(', ')}${unread.length > names.length ? ', …' : ''}. Leave them out, or set modelgraph.unknownFields to PASS.`,
    first.name,
    'unknown_field',
  );
};

/** With what the control options say of the request itself. */
const controlled = (
  request: CompletionCommand['request'],
  { tags, inferenceRegion }: ControlOptions,
): CompletionCommand['request'] =>
  tags === undefined && inferenceRegion === undefined
    ? request
    : {
        ...request,
        ...(tags !== undefined && { metadata: { ...request.metadata, ...tags } }),
        ...(inferenceRegion !== undefined && { inferenceRegion }),
      };

const commandOf = <Options>(
  { model, request, stream }: Read<Options>,
  control: ControlOptions,
  defaultTimeouts: CompletionTimeouts,
  client: ClientRequest,
  { trace, request: { headers } }: Pick<Exchange, 'trace' | 'request'>,
): CompletionCommand => {
  const command: { -readonly [Name in keyof CompletionCommand]: CompletionCommand[Name] } = {
    model,
    request: controlled(request, control),
    // A whole answer of a provider that speaks the dialect can be given back as it came.
    streamUpstream: stream,
    unsupported: control.unsupported,
    timeouts: control.timeouts,
    defaultTimeouts,
    delivery: stream ? 'STREAM' : 'WHOLE',
    onDisconnect: control.onDisconnect,
    client,
    headers,
  };
  if (control.routing !== undefined) command.routing = control.routing;
  if (trace !== undefined) command.trace = trace;
  return command;
};
