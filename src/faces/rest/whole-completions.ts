import { createContentFold } from '../../domain/completion-content.ts';
import type { CompletionError } from '../../domain/completion-event.ts';
import type { CompletionRecord } from '../../domain/completion-record.ts';
import { isJsonObject, type JsonObject } from '../../domain/json.ts';
import type { CompletionRefusal } from '../../domain/refusal.ts';
import type { CompletionCommand } from '../../gateway/completion-command.ts';
import { parseJson } from '../../wire/json-reading.ts';
import { asOne } from '../../wire/serve/chat/usage.ts';
import type { ClientDialect, FinishedAnswer } from '../../wire/serve/client-dialect.ts';
import { clientErrorOf } from '../../wire/serve/client-error.ts';
import type { CompletionDependencies, Runs, Served } from './completion-runs.ts';
import { Departure } from './departure.ts';
import type { Exchange } from './exchange.ts';
import { CompletionProgress, recordHeaders } from './response-headers.ts';
import { sendError, sendJson } from './send.ts';

type Outcome =
  | { readonly kind: 'FINISHED'; readonly answer: FinishedAnswer }
  | { readonly kind: 'FAILED'; readonly error: CompletionError; readonly record?: CompletionRecord }
  | { readonly kind: 'LEFT' };

/** What is no object is nobody's answer: then what was read from it is written. */
const objectIn = (text: string): JsonObject | undefined => {
  const json = parseJson(text);
  return isJsonObject(json) ? json : undefined;
};

const run = async (
  command: CompletionCommand,
  progress: CompletionProgress,
  { caller }: Exchange,
  departure: Departure,
  { gateway }: CompletionDependencies,
): Promise<Outcome> => {
  const fold = createContentFold();
  const events = gateway.complete(caller, command);
  let verbatim: JsonObject | undefined;
  const leave = (): void => void events.return?.();
  const stay = departure.onLeave(leave);
  try {
    while (!departure.hasLeft) {
      const { done, value: event } = await events.next();
      if (done === true) break;
      progress.see(event);
      switch (event.type) {
        case 'finished': {
          const answer = { content: fold.content(), record: event.record };
          return {
            kind: 'FINISHED',
            answer: verbatim === undefined ? answer : { ...answer, verbatim },
          };
        }
        case 'failed':
          return { kind: 'FAILED', ...event };
        case 'verbatim':
          verbatim = event.json ?? objectIn(event.data);
          break;
        case 'attemptFailed':
          if (event.willRetry) verbatim = undefined;
          fold.add(event);
          break;
        default:
          fold.add(event);
      }
    }
    return { kind: 'LEFT' };
  } finally {
    stay();
  }
};

/** The others of one that fails are left as by a client that has gone. */
const runAll = async (
  commands: Runs['commands'],
  progress: CompletionProgress,
  exchange: Exchange,
  deps: CompletionDependencies,
): Promise<readonly Outcome[]> => {
  const enough = new Departure();
  const stay = exchange.departure.onLeave(() => enough.leave());
  const outcomes = await Promise.all(
    commands.map(async (command) => {
      const outcome = await run(command, progress, exchange, enough, deps);
      if (outcome.kind === 'FAILED') enough.leave();
      return outcome;
    }),
  );
  stay();
  return outcomes;
};

/** Runs completions side by side and answers when all are done, or one has failed. */
export const wholeCompletions = async <Options>(
  { commands }: Runs,
  dialect: ClientDialect<Options>,
  options: Options,
  exchange: Exchange,
  deps: CompletionDependencies,
  onRefused?: (refusal: CompletionRefusal) => boolean,
): Promise<Served> => {
  const { response } = exchange;
  const progress = new CompletionProgress(deps.nowMs, exchange.arrivedMs);
  const [only] = commands;
  const outcomes =
    commands.length === 1
      ? [await run(only, progress, exchange, exchange.departure, deps)]
      : await runAll(commands, progress, exchange, deps);
  const failed = outcomes.find((outcome) => outcome.kind === 'FAILED');
  if (failed !== undefined) {
    const { error, record } = failed;
    if (error.kind === 'REFUSED' && onRefused?.(error.refusal) === true) return 'UNFIT';
    const headers =
      record === undefined ? progress.headers() : recordHeaders(record.id, record, progress.overheadMs());
    sendError(response, dialect, clientErrorOf(error), headers);
    return 'SERVED';
  }
  const answers: FinishedAnswer[] = [];
  for (const outcome of outcomes) if (outcome.kind === 'FINISHED') answers.push(outcome.answer);
  const [first, ...rest] = answers;
  // The client has left.
  if (first === undefined || rest.length + 1 < commands.length) return 'SERVED';
  const all = asOne([first.record, ...rest.map(({ record }) => record)]);
  const body = dialect.writeAnswer([first, ...rest], options);
  sendJson(response, 200, body, recordHeaders(first.record.id, all, progress.overheadMs()));
  return 'SERVED';
};
