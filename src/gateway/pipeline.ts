import { v7 as uuidv7 } from 'uuid';
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
import { attemptRoute } from './attempt/attempt-route.ts';
import type { Attempted } from './attempt/attempted.ts';
import { planOfPlanned, UNWATCHED } from './attempt/plan-of-planned.ts';
import { type CompletionCommand, timeoutsOf } from './completion-command.ts';
import { setDeadline } from './deadline.ts';
import { elapsedMs } from './elapsed.ts';
import type { Calibration } from './estimate/calibration.ts';
import type { RateLimitRecorder } from './rate-limit-board.ts';
import { authorise } from './stages/authorise.ts';
import { guardInput } from './stages/guard-input.ts';
import { loadMedia } from './stages/load-media.ts';
import { meter } from './stages/meter.ts';
import { planRoute } from './stages/plan-route.ts';
import { ledgerRowOf, recordOf } from './stages/record.ts';
import { resolveModel } from './stages/resolve-model.ts';

export type PipelineDependencies = {
  /** The catalogue as it is now; read once for each operation. */
  readonly catalogue: () => Catalogue;
  readonly providers: () => ReadonlyMap<ProviderId, Provider>;
  readonly media: MediaFetcher;
  readonly rateLimits: RateLimitRecorder;
  readonly clock: Clock;
  /** Takes the ledger's row. Never throws, never waits. */
  readonly record: (row: LedgerRow) => void;
  /** Learns how models count tokens. */
  readonly calibration?: Calibration;
  /** Takes what a provider threw, which its contract forbids; for a log. Never throws. */
  readonly onDefect: (error: unknown, providerId: ProviderId) => void;
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
export async function* runCompletion(
  dependencies: PipelineDependencies,
  caller: Caller,
  command: CompletionCommand,
  aborter: AbortController,
): AsyncGenerator<CompletionEvent, void> {
  const { clock, rateLimits, onDefect } = dependencies;
  const arrivedAt = clock.monotonicMs();
  const createdAt = clock.now();
  const catalogue = dependencies.catalogue();

  const authorised = authorise(caller, command, createdAt);
  if (authorised.kind === 'REFUSED') return yield refusedWith(authorised.refusal);
  const guarded = guardInput(authorised.value);
  if (guarded.kind === 'REFUSED') return yield refusedWith(guarded.refusal);
  const resolved = resolveModel(command.model, catalogue, dependencies.providers());
  if (resolved.kind === 'REFUSED') return yield refusedWith(resolved.refusal);
  const loading = loadMedia(
    guarded.value,
    resolved.value,
    { fetcher: dependencies.media, clock },
    aborter.signal,
  );
  const loaded = loading instanceof Promise ? await loading : loading;
  if (loaded.kind === 'REFUSED') return yield refusedWith(loaded.refusal);
  const planned = planRoute(loaded.value, onDefect);
  if (planned.kind === 'REFUSED') return yield refusedWith(planned.refusal);

  const id = asCompletionId(`cmp_${uuidv7()}`);
  const { totalMs } = timeoutsOf(command);
  const deadline = setDeadline(
    clock,
    aborter,
    totalMs,
    `The completion took longer than its limit of ${totalMs} ms (timeouts.totalMs).`,
  );
  let attempted: Attempted;
  try {
    yield { type: 'started', id, createdAt, route: planned.value.route };
    attempted = yield* attemptRoute(planOfPlanned(planned.value), {
      caller,
      command,
      timeouts: timeoutsOf(command),
      random: Math.random,
      health: UNWATCHED,
      clock,
      signal: aborter.signal,
      rateLimits,
      whyAborted: deadline.failure,
      onDefect,
    });
  } finally {
    deadline.cancel();
  }

  const metered = meter(attempted, catalogue, elapsedMs(clock, arrivedAt));
  const record = recordOf(metered, id, createdAt);
  dependencies.record({ operation: 'COMPLETION', ...ledgerRowOf(record) });
  const [first] = planned.value.candidates;
  if (metered.ending.kind === 'FINISHED' && metered.usage !== undefined && metered.attempts.length === 1)
    dependencies.calibration?.observe(
      planned.value.route.modelSlug,
      first.request,
      inputTokensOf(metered.usage),
    );
  yield metered.ending.kind === 'FINISHED'
    ? { type: 'finished', record }
    : { type: 'failed', error: { kind: 'UPSTREAM', failure: metered.ending.failure }, record };
}
