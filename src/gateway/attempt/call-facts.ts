import type { Attempt, AttemptCause } from '../../domain/attempt.ts';
import type { ProviderBilling } from '../../domain/provider-billing.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import { outputTokensOf, type Usage, usageOf } from '../../domain/usage.ts';
import type { Warning } from '../../domain/warning.ts';
import { warningInGraph } from '../parameter-name.ts';
import type { RateLimitRecorder } from '../rate-limit-board.ts';
import type { PlannedCandidate } from '../routing/route-plan.ts';
import { sealed } from '../sealed-signature.ts';
import { type AnswerEvent, AnswerMeasure, hasContent } from './answer-measure.ts';
import { CallIds } from './call-ids.ts';

/** An attempt as it is announced. */
export type Announced = Pick<Attempt, 'index' | 'offeringId' | 'providerId' | 'startedAt'> & {
  readonly cause: AttemptCause;
};

type Sources = {
  readonly rateLimits: Pick<RateLimitRecorder, 'observe'>;
  /** Milliseconds since it was sent. */
  readonly elapsedMs: () => number;
  /** Absent where the answer comes as a whole and has no first token. */
  readonly onFirstToken?: ((ttftMs: number) => void) | undefined;
  /** About how many tokens the prompt has. */
  readonly inputTokens: () => number;
};

/** What is known of a call from what its provider has said so far. */
export class CallFacts {
  /** Whether a client would have seen anything of the answer. */
  hasAnswered = false;
  readonly #candidate: PlannedCandidate;
  readonly #announced: Announced;
  readonly #sources: Sources;
  readonly #measure = new AnswerMeasure();
  /** Made with the first call. */
  #callIds: CallIds | undefined;
  #warnings: Warning[] | undefined;
  #usage: Usage | undefined;
  #billing: ProviderBilling | undefined;
  #ttftMs: number | undefined;
  #providerResponseId: string | undefined;
  #providerModel: string | undefined;

  constructor(candidate: PlannedCandidate, announced: Announced, sources: Sources) {
    this.#candidate = candidate;
    this.#announced = announced;
    this.#sources = sources;
  }

  get warnings(): readonly Warning[] {
    const { warnings } = this.#candidate;
    return this.#warnings === undefined ? warnings : [...warnings, ...this.#warnings];
  }

  /** Takes an event; gives what of it is the answer's, as it is passed on. */
  take(event: ProviderEvent): AnswerEvent | undefined {
    switch (event.type) {
      case 'textDelta':
        this.#measure.add(event);
        if (!this.hasAnswered) this.#begin(event);
        return event;
      case 'answering':
        this.#providerResponseId = event.providerResponseId ?? this.#providerResponseId;
        this.#providerModel = event.providerModel ?? this.#providerModel;
        return undefined;
      case 'warning':
        this.#warnings ??= [];
        this.#warnings.push(warningInGraph(event.warning));
        return undefined;
      case 'rateLimits':
        this.#sources.rateLimits.observe(this.#candidate.offering.id, event.limits);
        return undefined;
      case 'usageUpdated':
        this.#usage = event.usage;
        return event;
      case 'billed':
        this.#billing = this.#billing === undefined ? event.billing : { ...this.#billing, ...event.billing };
        return undefined;
      case 'verbatim':
        return event;
      case 'completed':
      case 'failed':
        return undefined;
      case 'toolCallStarted':
      case 'toolCallEnded':
        this.#measure.add(event);
        if (!this.hasAnswered) this.#begin(event);
        this.#callIds ??= new CallIds(this.#candidate.request);
        return sealed(this.#callIds.unique(event), this.#candidate.provider.id);
      default:
        this.#measure.add(event);
        if (!this.hasAnswered) this.#begin(event);
        return sealed(event, this.#candidate.provider.id);
    }
  }

  #begin(event: AnswerEvent): void {
    if (!hasContent(event)) return;
    this.hasAnswered = true;
    const { onFirstToken, elapsedMs } = this.#sources;
    if (onFirstToken === undefined) return;
    this.#ttftMs = elapsedMs();
    onFirstToken(this.#ttftMs);
  }

  /** The more of what is estimated here and what the provider says. */
  outputTokens(): number {
    const estimated = this.#measure.tokens();
    return this.#usage === undefined ? estimated : Math.max(estimated, outputTokensOf(this.#usage));
  }

  attempt(status: Attempt['status'], more?: Pick<Attempt, 'failure' | 'serviceTier' | 'region'>): Attempt {
    const attempt: { -readonly [Name in keyof Attempt]: Attempt[Name] } = {
      ...this.#announced,
      status,
      durationMs: this.#sources.elapsedMs(),
    };
    if (this.#ttftMs !== undefined) attempt.ttftMs = this.#ttftMs;
    if (this.#usage !== undefined) attempt.usage = this.#usage;
    if (this.#billing !== undefined) attempt.billing = this.#billing;
    if (this.#providerResponseId !== undefined) attempt.providerResponseId = this.#providerResponseId;
    if (this.#providerModel !== undefined) attempt.providerModel = this.#providerModel;
    if (more?.failure !== undefined) attempt.failure = more.failure;
    if (more?.serviceTier !== undefined) attempt.serviceTier = more.serviceTier;
    if (more?.region !== undefined) attempt.region = more.region;
    return attempt;
  }

  /** What broke off among its tokens is billed by most providers; an answer that had not begun is by hardly any. */
  failed(failure: Attempt['failure'] & {}): Attempt {
    const attempt = this.attempt('FAILED', { failure });
    return this.hasAnswered ? this.#estimated(attempt) : attempt;
  }

  /** As it is recorded when another one has won over it. */
  lost(ended: Attempt | undefined): Attempt {
    const { failure: _none, ...rest } = ended ?? this.attempt('CANCELLED');
    return this.#estimated({ ...rest, status: 'CANCELLED' });
  }

  /**
   * What its provider has not said of its usage is estimated: it has read the prompt, and written what came. Some say at
   * the beginning what they have read, and only at the end, which did not come, what they have written.
   */
  #estimated(attempt: Attempt): Attempt {
    const { usage } = attempt;
    if (usage === undefined) {
      const all = usageOf({ input: this.#sources.inputTokens(), output: this.outputTokens() });
      return { ...attempt, usage: all, usageEstimated: true };
    }
    const missing = this.#measure.tokens() - outputTokensOf(usage);
    // Below that it may as well be the estimate that is wrong.
    if (missing <= outputTokensOf(usage)) return attempt;
    return { ...attempt, usage: { ...usage, output: usage.output + missing }, usageEstimated: true };
  }
}
