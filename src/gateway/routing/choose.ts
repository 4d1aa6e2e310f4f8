import type { Unsupported } from '../../domain/completion-request.ts';
import type { ProviderId } from '../../domain/ids.ts';
import type { Offering } from '../../domain/model.ts';
import type { Warning } from '../../domain/warning.ts';
import { warningOf } from '../stages/choose-candidates.ts';
import { unlistedWarnings } from '../unlisted-warning.ts';
import type { Barred, RouteCandidate } from './candidate.ts';
import type { PlannedCandidate } from './route-plan.ts';
import type { Ranked } from './strategies/order.ts';

export type OnDefect = (error: unknown, providerId: ProviderId) => void;

/** How one request becomes a call to each of its candidates; of each kind of operation another. */
export type Calls<Call> = {
  /** ERROR: who cannot honour a parameter is passed over. WARN: it is left out and told of. */
  readonly mode: 'ERROR' | 'WARN';
  /** Throws what its provider throws. */
  to(candidate: RouteCandidate): Made<Call>;
  /** Requests with equal keys are taken alike by every candidate; undefined: this one is looked at for itself. */
  key(): string | undefined;
  /** The call to a candidate that took another request of the same key. `passesOn`: it gets its client's own. */
  again(candidate: RouteCandidate, passesOn: boolean): Call;
};

export type Made<Call> =
  | {
      readonly kind: 'CALL';
      readonly call: Call;
      readonly warnings: readonly Warning[];
      /** What its provider cannot honour. */
      readonly parameters: readonly Unsupported<string>[];
    }
  /** Without these its answer would be another one. `isLast`: if it is the first, none after it is asked either. */
  | { readonly kind: 'LOST'; readonly parameters: readonly Unsupported<string>[]; readonly isLast?: true }
  | { readonly kind: 'ELSEWHERE'; readonly detail: string };

/** Candidates as they will be called, and those that their providers rule out. */
export type Choice<Call> = {
  readonly chosen: readonly { readonly ranked: Ranked; readonly planned: PlannedCandidate<Call> }[];
  readonly barred: readonly Barred[];
  /** Those of them that would have been called before all that are chosen. */
  readonly passedOver: readonly Barred[];
  /** The first that cannot honour parameters which the caller insists on. */
  readonly unable?: { readonly offering: Offering; readonly parameters: readonly Unsupported<string>[] };
};

export const plannedOf = <Call>(
  { offering, provider, availability, isFallback }: RouteCandidate,
  warnings: readonly Warning[],
  call: Call,
): PlannedCandidate<Call> => ({ offering, provider, availability, isFallback, warnings, ...call });

const NO_BARRED: readonly Barred[] = [];

/**
 * Goes down the order and takes up to `most`; those on probation do not count, as not each of them is let through. What a
 * provider throws when asked is passed over.
 */
export const choose = <Call>(
  order: Iterable<Ranked>,
  calls: Calls<Call>,
  most: number,
  onDefect: OnDefect,
): Choice<Call> => {
  const chosen: { readonly ranked: Ranked; readonly planned: PlannedCandidate<Call> }[] = [];
  const barred: Barred[] = [];
  let unable: Choice<Call>['unable'];
  let counted = 0;
  let passedOver = NO_BARRED;
  for (const ranked of order) {
    if (counted >= most) break;
    const { candidate } = ranked;
    const { offering } = candidate;
    let made: Made<Call>;
    try {
      made = calls.to(candidate);
    } catch (error) {
      onDefect(error, offering.providerId);
      barred.push({
        candidate,
        reason: 'DEFECT',
        detail: () => 'It broke when it was asked, by our own fault.',
      });
      continue;
    }
    if (made.kind === 'ELSEWHERE') {
      const { detail } = made;
      barred.push({ candidate, reason: 'REGION', detail: () => detail });
      continue;
    }
    const { parameters } = made;
    if (made.kind === 'LOST' || (parameters.length > 0 && calls.mode === 'ERROR')) {
      unable ??= { offering, parameters };
      barred.push({
        candidate,
        reason: 'PARAMETER',
        detail: () =>
          `It cannot honour ${parameters.map(({ name, problem }) => `${name} (${problem})`).join(', ')}.`,
      });
      if (made.kind === 'LOST' && made.isLast && chosen.length === 0) break;
      continue;
    }
    if (candidate.availability.state() === 'CLOSED') counted += 1;
    let { warnings } = made;
    if (offering.unlisted !== undefined) warnings = [...unlistedWarnings(offering), ...warnings];
    if (parameters.length > 0) warnings = [...warnings, ...parameters.map(warningOf)];
    if (chosen.length === 0) passedOver = [...barred];
    chosen.push({ ranked, planned: plannedOf(candidate, warnings, made.call) });
  }
  return { chosen, barred, passedOver, ...(unable !== undefined && { unable }) };
};
