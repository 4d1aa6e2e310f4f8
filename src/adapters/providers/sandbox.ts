import { type Failure, failureOf } from '../../domain/failure.ts';
import { asProviderId } from '../../domain/ids.ts';
import { OPERATION_KINDS } from '../../domain/operation.ts';
import type { ProviderInfo } from '../../domain/provider.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import type { DeclaredOffering } from '../../domain/provider-settings.ts';
import { usageOf } from '../../domain/usage.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Provider, ProviderCall } from '../../ports/provider.ts';
import { CANCELLED } from './halt.ts';
import { pumped } from './pumped.ts';
import { answerTo, promptOf, type SandboxAnswer } from './sandbox/answer.ts';
import { loremOf } from './sandbox/lorem.ts';
import { behaviourFrom, type SandboxBehaviour } from './sandbox/metadata.ts';
import { createSandboxOperations } from './sandbox/operations.ts';

/** What is known of the sandbox. It is always on. */
export const SANDBOX: ProviderInfo = {
  id: asProviderId('sandbox'),
  name: 'Sandbox',
  kind: 'SANDBOX',
  completes: true,
  operations: OPERATION_KINDS,
  status: { kind: 'ON' },
  unknownModels: 'REFUSE',
};

/** `echo` says again what it was told; `lorem` writes lorem ipsum. Each does all other operations too. */
export const SANDBOX_OFFERINGS: readonly DeclaredOffering[] = [
  { providerModelId: 'echo', billing: 'FREE' },
  { providerModelId: 'lorem', billing: 'FREE' },
];

const textOf = (model: string, prompt: string, behaviour: SandboxBehaviour): string | undefined => {
  switch (model) {
    case 'echo':
      return prompt;
    case 'lorem':
      return loremOf(behaviour.words);
    default:
      return undefined;
  }
};

const MAX_TIMER_MS = 2 ** 31 - 1;

const failed = (failure: Failure): ProviderEvent => ({ type: 'failed', failure });

const noSuchModel = (name: string): Failure =>
  failureOf('MODEL_NOT_FOUND', `The sandbox has no model "${name}", only echo and lorem.`);

const failureAsAsked = ({ code, retryAfterMs }: NonNullable<SandboxBehaviour['fail']>): Failure =>
  failureOf(
    code,
    `The sandbox failed with ${code}, as the request's metadata asks.`,
    retryAfterMs === undefined ? {} : { retryAfterMs },
  );

/** One thing said, and how many words it is. */
type Utterance = { readonly event: ProviderEvent; readonly words: number };

function* utterancesOf(answer: SandboxAnswer, stream: boolean): Generator<Utterance> {
  const { reasoning, words, toolCalls } = answer;
  if (!stream) {
    if (reasoning.length > 0)
      yield {
        event: { type: 'reasoningDelta', text: reasoning.join(''), signature: 'sandbox' },
        words: reasoning.length,
      };
    if (words.length > 0) yield { event: { type: 'textDelta', text: words.join('') }, words: words.length };
  } else {
    for (const [index, text] of reasoning.entries()) {
      const isLast = index === reasoning.length - 1;
      yield {
        event: { type: 'reasoningDelta', text, ...(isLast ? { signature: 'sandbox' } : {}) },
        words: 1,
      };
    }
    for (const text of words) yield { event: { type: 'textDelta', text }, words: 1 };
  }
  for (const [index, call] of toolCalls.entries()) {
    yield { event: { type: 'toolCallStarted', index, id: call.id, name: call.name }, words: 0 };
    for (const argumentsDelta of stream ? (call.arguments.match(/[\s\S]{1,8}/g) ?? []) : [call.arguments])
      yield { event: { type: 'toolCallDelta', index, argumentsDelta }, words: 1 };
    yield { event: { type: 'toolCallEnded', index, ...call }, words: 0 };
  }
}

/**
 * Models that cost nothing and need no account, to try every operation with. Deterministic: the same request
 * gets the same answer, so sampling parameters are taken and change nothing. A word counts as a token.
 *
 * - Tools: a line `call <tool> {json}` of the prompt calls that tool; `toolChoice` REQUIRED or a tool's name
 *   calls it with a minimal instance of its schema. A tool's result is answered as a prompt is.
 * - JSON schema output gives a small valid instance; `reasoningEffort` gives reasoning of matching length.
 * - `maxOutputTokens` limits the words of visible text, `stop` is honoured.
 *
 * The request's metadata sets its pace and has it fail; all values are numbers of at least 0, as text:
 *
 * | key | meaning | default |
 * |---|---|---|
 * | `sandbox.words` | length of what `lorem` writes, at most 100,000 | 40 |
 * | `sandbox.ttftMs` | time to the first token | 100 streamed, else 0 |
 * | `sandbox.tokensPerSecond` | pace after it; 0: as fast as it is read | 40 streamed, else 0 |
 * | `sandbox.fail` | a failure code to fail with | |
 * | `sandbox.failAfterWords` | how many words come before that | 0 |
 * | `sandbox.retryAfterMs` | the wait that the failure asks for | |
 * | `sandbox.hang` | the number of words after which nothing more comes | |
 */
export const createSandboxProvider = (clock: Clock): Provider => {
  /** Resolves after `ms`, at most as long as a timer runs, or at once when the call is aborted. */
  const pause = (ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const finish = (): void => {
        cancelTimer();
        signal.removeEventListener('abort', finish);
        resolve();
      };
      const cancelTimer = clock.after(Math.min(ms, MAX_TIMER_MS), finish);
      signal.addEventListener('abort', finish, { once: true });
    });

  async function* answer(call: ProviderCall, signal: AbortSignal): AsyncGenerator<ProviderEvent, void> {
    if (signal.aborted) return yield failed(CANCELLED);
    const behaviour = behaviourFrom(call.request.metadata ?? {}, call.stream);
    if (typeof behaviour === 'string') return yield failed(failureOf('INVALID_REQUEST', `${behaviour}.`));
    const text = textOf(call.providerModelId, promptOf(call.request), behaviour);
    if (text === undefined) return yield failed(noSuchModel(call.providerModelId));
    const reply = answerTo(call.request, text);
    if (typeof reply === 'string') return yield failed(failureOf('INVALID_REQUEST', reply));

    const { fail, hangAfterWords, tokensPerSecond, ttftMs } = behaviour;
    const msPerWord = tokensPerSecond > 0 ? 1000 / tokensPerSecond : 0;
    const beganAt = clock.monotonicMs();
    let said = 0;
    const isHanging = hangAfterWords !== undefined && hangAfterWords <= (fail?.afterWords ?? hangAfterWords);
    const lastWord = (isHanging ? hangAfterWords : fail?.afterWords) ?? Number.POSITIVE_INFINITY;

    yield { type: 'answering', providerModel: call.providerModelId };
    yield { type: 'usageUpdated', usage: usageOf({ input: reply.inputWords }) };
    for (const { event, words } of utterancesOf(reply, call.stream)) {
      if (said + Math.max(1, words) > lastWord) break;
      const dueMs = ttftMs + (call.stream ? said : said + words) * msPerWord;
      const waitMs = dueMs - (clock.monotonicMs() - beganAt);
      if (waitMs > 0) await pause(waitMs, signal);
      if (signal.aborted) return yield failed(CANCELLED);
      yield event;
      said += words;
    }
    // A hang or a failure that was to come after more words than there are comes here too.
    if (isHanging) await pause(Number.POSITIVE_INFINITY, signal);
    if (signal.aborted) return yield failed(CANCELLED);
    if (fail !== undefined) return yield failed(failureAsAsked(fail));

    const reasoning = reply.reasoning.length;
    const usage = usageOf({ input: reply.inputWords, output: said - reasoning, reasoning });
    yield { type: 'usageUpdated', usage };
    const { finishReason } = reply;
    yield { type: 'completed', finishReason, rawFinishReason: finishReason.toLowerCase() };
  }

  return {
    id: SANDBOX.id,
    completes: true,
    unsupported: () => [],
    operations: createSandboxOperations(SANDBOX_OFFERINGS.map(({ providerModelId }) => providerModelId)),
    listModels: async () => ({ kind: 'NOT_OFFERED' }),
    complete: pumped(SANDBOX.id, answer),
  };
};
