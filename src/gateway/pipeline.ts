import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Caller } from '../domain/caller.ts';
import type { CompletionEvent } from '../domain/completion-event.ts';
import { asCompletionId, type ProviderId } from '../domain/ids.ts';
import type { LedgerRow } from '../domain/operation-record.ts';
import type { CompletionRefusal } from '../domain/refusal.ts';
import { inputTokensOf } from '../domain/usage.ts';
import type { Clock } from '../ports/clock.ts';
import type { MediaFetcher } from '../ports/media.ts';
import type { Provider } from '../ports/provider.ts';
import type { CompletionTrace } from '../ports/telemetry.ts';
import { carryOut } from './attempt/attempt-route.ts';
import type { Attempted } from './attempt/attempted.ts';
import { type HandOver, withHandOvers } from './attempt/hand-over.ts';
import { type CompletionCommand, timeoutsOf } from './completion-command.ts';
import { setDeadline } from './deadline.ts';
import { elapsedMs } from './elapsed.ts';
import type { Calibration } from './estimate/calibration.ts';
import type { RateLimitRecorder } from './rate-limit-board.ts';
import type { HealthBoard } from './routing/health/health-board.ts';
import type { Router } from './routing/router.ts';
import { authorise } from './stages/authorise.ts';
import { guardInput, refusalFor } from './stages/guard-input.ts';
import { loadMedia } from './stages/load-media.ts';
import { meter, pricedBy } from './stages/meter.ts';
import { ledgerRowOf, recordOf } from './stages/record.ts';
import { settleAddresses } from './stages/settle-addresses.ts';
import type { Audience } from './supervised-run.ts';
import { timeOrderedId } from './time-ordered-id.ts';

export type PipelineDependencies = {
  /** The catalogue as it is now; read once for each operation. */
  readonly catalogue: () => Catalogue;
  readonly providers: () => ReadonlyMap<ProviderId, Provider>;
  readonly media: MediaFetcher;
  readonly rateLimits: RateLimitRecorder;
  readonly router: Router;
  readonly health: HealthBoard;
  /** 0 inclusive to 1 exclusive. */
  readonly random: () => number;
  readonly clock: Clock;
  /** Takes the ledger's row. Never throws, never waits. */
  readonly record: (row: LedgerRow) => void;
  /** Learns how models count tokens. */
  readonly calibration?: Calibration;
  /** Takes what a provider threw, which its contract forbids; for a log. Never throws. */
  readonly onDefect: (error: unknown, providerId: ProviderId) => void;
};

export type RunOptions = {
  /** What providers are told of their place in a trace. */
  readonly traceOf?: CompletionTrace['parentOf'] | undefined;
  /** Absent: who leaves ends it. */
  readonly audience?: Audience | undefined;
};

const refusedWith = (refusal: CompletionRefusal): CompletionEvent => ({
  type: 'failed',
  error: { kind: 'REFUSED', refusal },
});

/**
 * One completion, from the caller's request to its ledger row. Yields its events, the last being exactly one
 * `finished` or `failed`; the row is recorded before that one is yielded. `aborter` ends it early: from
 * outside for a caller that has gone, from inside when the total time-out passes.
 */
export const runCompletion = (
  dependencies: PipelineDependencies,
  caller: Caller,
  command: CompletionCommand,
  aborter: AbortController,
  { traceOf, audience }: RunOptions = {},
): AsyncIterableIterator<CompletionEvent, void, void> =>
  withHandOvers(stages(dependencies, caller, command, aborter, { traceOf, audience }));

async function* stages(
  dependencies: PipelineDependencies,
  caller: Caller,
  command: CompletionCommand,
  aborter: AbortController,
  { traceOf, audience }: RunOptions,
): AsyncGenerator<CompletionEvent | HandOver, void> {
  const { clock, router, rateLimits, health, random, onDefect } = dependencies;
  const arrivedAt = clock.monotonicMs();
  const createdAt = clock.now();
  const id = asCompletionId(`cmp_${timeOrderedId()}`);
  const catalogue = dependencies.catalogue();

  const authorised = authorise(caller, command, createdAt);
  if (authorised.kind === 'REFUSED') return yield refusedWith(authorised.refusal);
  const guarded = guardInput(authorised.value);
  if (guarded.kind === 'REFUSED') return yield refusedWith(guarded.refusal);
  const compiled = router.compile(command);
  if (compiled.kind === 'REFUSED') return yield refusedWith(compiled.refusal);
  const timeouts = timeoutsOf(command, compiled.value.policy.fallback.timeouts);
  const { candidates } = compiled.value;
  const loading = loadMedia(
    { ...guarded.value, command: settleAddresses(guarded.value.command, candidates, onDefect) },
    { fetcher: dependencies.media, clock },
    timeouts.totalMs,
    aborter.signal,
  );
  const loaded = loading instanceof Promise ? await loading : loading;
  if (loaded.kind === 'REFUSED') return yield refusedWith(loaded.refusal);
  const { untranslatable } = guarded.value;
  const ask = { command: guarded.value.command, caller, request: loaded.value.request, at: createdAt };
  const planning = router.plan(compiled.value, ask);
  const planned = planning instanceof Promise ? await planning : planning;
  if (planned.kind === 'REFUSED') return yield refusedWith(refusalFor(planned.refusal, untranslatable));

  const { totalMs } = timeouts;
  const deadline = setDeadline(
    clock,
    aborter,
    totalMs,
    `The completion took longer than its limit of ${totalMs} ms (timeouts.totalMs).`,
  );
  let attempted: Attempted;
  try {
    yield { type: 'started', id, createdAt, route: planned.value.decision };
    attempted = yield* carryOut(planned.value, {
      caller,
      command,
      timeouts,
      random,
      priced: pricedBy(planned.value, catalogue),
      health,
      clock,
      signal: aborter.signal,
      rateLimits,
      whyAborted: deadline.failure,
      traceOf,
      audience,
      onDefect,
    });
  } finally {
    deadline.cancel();
  }

  const metered = meter(attempted, catalogue, elapsedMs(clock, arrivedAt));
  const record = recordOf(metered, id, createdAt);
  dependencies.record({ ...ledgerRowOf(record), operation: 'COMPLETION' });
  router.learn(ask, record);
  const [first] = planned.value.candidates;
  if (metered.ending.kind === 'FINISHED' && metered.usage !== undefined && metered.attempts.length === 1)
    dependencies.calibration?.observe(
      planned.value.decision.modelSlug,
      first.request,
      inputTokensOf(metered.usage),
    );
  yield metered.ending.kind === 'FINISHED'
    ? { type: 'finished', record }
    : { type: 'failed', error: { kind: 'UPSTREAM', failure: metered.ending.failure }, record };
}
