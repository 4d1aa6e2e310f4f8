import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { CompletionEvent } from '../../domain/completion-event.ts';
import type { Failure } from '../../domain/failure.ts';
import type { ProviderId } from '../../domain/ids.ts';
import type { Link } from '../../domain/linked-list.ts';
import type { OperationRecord } from '../../domain/operation-record.ts';
import type { CompletionRefusal } from '../../domain/refusal.ts';
import type { Clock } from '../../ports/clock.ts';
import type { MediaFetcher } from '../../ports/media.ts';
import type { Provider } from '../../ports/provider.ts';
import type { LedgerSpool, SpoolMark } from '../../ports/store.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import type { JudgeOrder } from '../answers/judge.ts';
import type { Calibration } from '../estimate/calibration.ts';
import type { HealthBoard } from '../routing/health/health-board.ts';
import type { Mirrors } from '../routing/mirror/mirrors.ts';
import type { Router } from '../routing/router.ts';

/** What runs are made with. */
export type RunDependencies = {
  /** The catalogue as it is now; read once for each run. */
  readonly catalogue: () => Catalogue;
  readonly providers: () => ReadonlyMap<ProviderId, Provider>;
  readonly media: MediaFetcher;
  readonly router: Router;
  readonly health: HealthBoard;
  /** 0 inclusive to 1 exclusive. */
  readonly random: () => number;
  readonly clock: Clock;
  /** Takes the ledger's row; `mark`: of its latest attempt in the spool. Never throws, never waits. */
  readonly record: (row: OperationRecord, mark: SpoolMark | undefined) => void;
  /** Keeps what is under way, and rows, until the store has them; absent: nothing does. */
  readonly spool?: Pick<LedgerSpool, 'begun' | 'kept'> | undefined;
  /** Absent: nothing is traced. */
  readonly telemetry?: Telemetry;
  /** Learns how models count tokens. */
  readonly calibration?: Calibration;
  /** Sends completions to others as well; absent: nobody does. */
  readonly mirrors?: Pick<Mirrors, 'begin'>;
  /** Has an answer graded, by a completion that goes on until it is cancelled. */
  readonly judge: (order: JudgeOrder) => UnderWay;
  /** Takes what a provider threw, which its contract forbids; for a log. Never throws. */
  readonly onDefect: (error: unknown, providerId: ProviderId) => void;
};

/** What is under way, and can be ended. */
export type UnderWay = { cancel(why: Failure): void };

/** What runs are to their gateway. */
export type RunPlace = {
  /** Why nothing can be begun now. */
  closed(): CompletionRefusal | undefined;
  begun(run: UnderWay): Link<UnderWay>;
  /** It is recorded, refused or broken; called before the last event is given. */
  over(link: Link<UnderWay>): void;
};

/** Takes what happens in a run, in the turn in which it happens. */
export type RunSink = {
  /** In order; the last is exactly one `finished` or `failed`. Never throws. */
  event(event: CompletionEvent): void;
  /** In place of the last event: a defect of ours. Never throws. */
  broke(error: unknown): void;
};

/** A run under way. */
export type Run = {
  /** The sink gets no more than what is told already, and providers are read no further, until `resume`. */
  pause(): void;
  resume(): void;
  /**
   * The client has left: the sink gets nothing more. By the command's `onDisconnect` what is under way is closed at once
   * and metered, or seen to its end; where nothing was sent yet, nothing is. `onLeft` is called once the client need not
   * wait any more: it is recorded, or goes on without it. Does nothing once the last event was given.
   */
  leave(onLeft?: () => void): void;
};
