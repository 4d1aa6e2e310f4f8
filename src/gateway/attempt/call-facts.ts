import type { Attempt, AttemptCause } from '../../domain/attempt.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import { outputTokensOf, usageOf } from '../../domain/usage.ts';
import type { Warning } from '../../domain/warning.ts';
import { warningInGraph } from '../parameter-name.ts';
import type { RateLimitRecorder } from '../rate-limit-board.ts';
import type { PlannedCandidate } from '../routing/route-plan.ts';
import { sealed } from '../sealed-signature.ts';
import { type AnswerEvent, createAnswerMeasure, hasContent } from './answer-measure.ts';

/** An attempt as it is announced. */
export type Announced = Pick<Attempt, 'index' | 'offeringId' | 'providerId' | 'startedAt'> & {
  readonly cause: AttemptCause;
};

/** What is known of a call from what its provider has said so far. */
export type CallFacts = {
  readonly warnings: readonly Warning[];
  /** Takes an event; gives what of it is the answer's, as it is passed on. */
  take(event: ProviderEvent): AnswerEvent | undefined;
  /** The more of what is estimated here and what the provider says. */
  outputTokens(): number;
  attempt(status: Attempt['status'], more?: Partial<Attempt>): Attempt;
};

type Sources = {
  readonly rateLimits: Pick<RateLimitRecorder, 'observe'>;
  /** Milliseconds since it was sent. */
  readonly elapsedMs: () => number;
  /** Absent where the answer comes as a whole and has no first token. */
  readonly onFirstToken?: (ttftMs: number) => void;
};

export const createCallFacts = (
  { offering, provider, warnings: before }: PlannedCandidate,
  announced: Announced,
  { rateLimits, elapsedMs, onFirstToken }: Sources,
): CallFacts => {
  const measure = createAnswerMeasure();
  const warnings: Warning[] = [...before];
  let known: Pick<Attempt, 'usage' | 'ttftMs' | 'providerResponseId' | 'providerModel'> = {};

  return {
    warnings,
    take(event) {
      switch (event.type) {
        case 'answering': {
          const { providerResponseId, providerModel } = event;
          known = {
            ...known,
            ...(providerResponseId !== undefined && { providerResponseId }),
            ...(providerModel !== undefined && { providerModel }),
          };
          return undefined;
        }
        case 'warning':
          warnings.push(warningInGraph(event.warning));
          return undefined;
        case 'rateLimits':
          rateLimits.observe(offering.id, event.limits);
          return undefined;
        case 'usageUpdated':
          known = { ...known, usage: event.usage };
          return event;
        case 'completed':
        case 'failed':
          return undefined;
        default:
          measure.add(event);
          if (onFirstToken !== undefined && known.ttftMs === undefined && hasContent(event)) {
            const ttftMs = elapsedMs();
            known = { ...known, ttftMs };
            onFirstToken(ttftMs);
          }
          return sealed(event, provider.id);
      }
    },
    outputTokens: () =>
      Math.max(measure.tokens(), known.usage === undefined ? 0 : outputTokensOf(known.usage)),
    attempt: (status, more) => ({ ...announced, status, durationMs: elapsedMs(), ...known, ...more }),
  };
};

/**
 * An attempt that another one has won over. What its provider has not said of its usage is estimated: it has read the
 * prompt, and written what came.
 */
export const cancelledOf = (attempt: Attempt, inputTokens: () => number, outputTokens: number): Attempt => {
  const { failure: _none, ...rest } = attempt;
  return {
    ...rest,
    status: 'CANCELLED',
    ...(attempt.usage === undefined && {
      usage: usageOf({ input: inputTokens(), output: outputTokens }),
      usageEstimated: true,
    }),
  };
};
