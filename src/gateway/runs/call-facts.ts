import type { Attempt, AttemptCause } from '../../domain/attempt.ts';
import type { VerbatimEvent } from '../../domain/client-request.ts';
import type { Message } from '../../domain/completion-request.ts';
import type { ContentEvent, UsageEvent } from '../../domain/content-event.ts';
import { madeUpCallId } from '../../domain/made-up-call-id.ts';
import type { ProviderBilling } from '../../domain/provider-billing.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import { outputTokensOf, type Usage } from '../../domain/usage.ts';
import type { Warning } from '../../domain/warning.ts';
import { warningInGraph } from '../parameter-name.ts';
import type { CallWatch } from '../routing/health/availability.ts';
import type { PlannedCandidate } from '../routing/route-plan.ts';
import { sealed } from '../sealed-signature.ts';

export type AnswerEvent = ContentEvent | UsageEvent | VerbatimEvent;

/** Whether a client would see anything of it: a delta without text says nothing. */
export const hasContent = (event: AnswerEvent): boolean => {
  switch (event.type) {
    case 'textDelta':
      return event.text !== '' || event.logprobs !== undefined;
    case 'reasoningDelta':
      return event.text !== '' || event.signature !== undefined || event.redacted === true;
    case 'refusalDelta':
      return event.text !== '';
    case 'toolCallDelta':
      return event.argumentsDelta !== '';
    case 'toolCallStarted':
    case 'toolCallEnded':
    case 'source':
      return true;
    case 'usageUpdated':
    // Its content comes in the events that were read from it.
    case 'verbatim':
      return false;
  }
};

/** Whether it makes its attempt the one to go on with, where there are others. */
export const isGood = (event: AnswerEvent): boolean => event.type !== 'refusalDelta' && hasContent(event);

/** English text has about so many. */
const CHARACTERS_PER_TOKEN = 4;

/** About how many tokens an answer has so far. */
export class AnswerMeasure {
  #characters = 0;
  /** Of each tool call, by its index. */
  #argumentsOf: Map<number, number> | undefined;

  add(event: AnswerEvent): void {
    switch (event.type) {
      case 'textDelta':
      case 'reasoningDelta':
      case 'refusalDelta':
        this.#characters += event.text.length;
        return;
      case 'toolCallStarted':
        this.#characters += event.name.length;
        return;
      case 'toolCallDelta':
        this.#addArguments(event.index, event.argumentsDelta.length);
        return;
      case 'toolCallEnded': {
        // Says again what came in deltas, if any did.
        const missing = event.arguments.length - (this.#argumentsOf?.get(event.index) ?? 0);
        if (missing > 0) this.#addArguments(event.index, missing);
        return;
      }
      case 'source':
      case 'usageUpdated':
      case 'verbatim':
        return;
    }
  }

  tokens(): number {
    return Math.ceil(this.#characters / CHARACTERS_PER_TOKEN);
  }

  #addArguments(index: number, length: number): void {
    this.#characters += length;
    this.#argumentsOf ??= new Map();
    this.#argumentsOf.set(index, (this.#argumentsOf.get(index) ?? 0) + length);
  }
}

type ToolCallEvent = Extract<ContentEvent, { readonly id: string }>;

/**
 * Ids of the tool calls of one answer. Some servers number the calls of each answer anew: an id that another call of the
 * conversation has is replaced, as clients look results up by it.
 */
export class CallIds {
  /** Of the conversation and of this answer. */
  readonly #used = new Set<string>();
  readonly #byIndex = new Map<number, string>();

  constructor(messages: readonly Message<unknown>[]) {
    for (const message of messages)
      if (message.role === 'assistant') for (const { id } of message.toolCalls) this.#used.add(id);
  }

  unique<Event extends ToolCallEvent>(event: Event): Event {
    let id = this.#byIndex.get(event.index);
    if (id === undefined) {
      id = this.#used.has(event.id) ? madeUpCallId() : event.id;
      this.#used.add(id);
      this.#byIndex.set(event.index, id);
    }
    return id === event.id ? event : { ...event, id };
  }
}

/** An attempt as it is announced. */
export type Announced = Pick<Attempt, 'index' | 'offeringId' | 'providerId' | 'startedAt'> & {
  readonly cause: AttemptCause;
};

/** What a call does not say itself. */
export type Unsaid = {
  /** What is answered; it is read where an answer calls tools. */
  readonly conversation: { readonly messages: readonly Message<unknown>[] };
  /**
   * What was likely used by a call that gave about so many tokens, or that was given up so long after it was sent without
   * anybody having seen what it had written; undefined: nobody knows.
   */
  estimated(
    candidate: Pick<PlannedCandidate<unknown>, 'offering'>,
    outputTokens: number,
    unseenMs?: number,
  ): Usage | undefined;
};

type Sources = Pick<Unsaid, 'conversation'> & {
  readonly watch: Pick<CallWatch, 'observed'>;
  /** Milliseconds since it was sent. */
  readonly elapsedMs: () => number;
  /** Absent where the answer comes as a whole and has no first token. */
  readonly onFirstToken?: ((ttftMs: number) => void) | undefined;
  readonly owner: Pick<Unsaid, 'estimated'>;
};

type Candidate = Pick<PlannedCandidate<unknown>, 'warnings' | 'provider' | 'offering'>;

/** What is known of a call from what its provider has said so far. */
export class CallFacts {
  /** Whether a client would have seen anything of the answer. */
  hasAnswered = false;
  readonly #candidate: Candidate;
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

  constructor(candidate: Candidate, announced: Announced, sources: Sources) {
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
        this.#sources.watch.observed(event.limits);
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
      case 'performed':
      case 'failed':
        return undefined;
      case 'toolCallStarted':
      case 'toolCallEnded':
        this.#measure.add(event);
        if (!this.hasAnswered) this.#begin(event);
        this.#callIds ??= new CallIds(this.#sources.conversation.messages);
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

  /** It was sent, and ended with its run. What had been written of a whole answer nobody has seen; it is billed all the same. */
  givenUp(failure: Attempt['failure'] & {}): Attempt {
    if (this.#sources.onFirstToken !== undefined || this.hasAnswered) return this.failed(failure);
    const attempt = this.attempt('FAILED', { failure });
    return this.#estimated(attempt, attempt.durationMs);
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
  #estimated(attempt: Attempt, unseenMs?: number): Attempt {
    const { usage } = attempt;
    if (usage === undefined) {
      const all = this.#sources.owner.estimated(this.#candidate, this.outputTokens(), unseenMs);
      return all === undefined ? attempt : { ...attempt, usage: all, usageEstimated: true };
    }
    const missing = this.#measure.tokens() - outputTokensOf(usage);
    // Below that it may as well be the estimate that is wrong.
    if (missing <= outputTokensOf(usage)) return attempt;
    return { ...attempt, usage: { ...usage, output: usage.output + missing }, usageEstimated: true };
  }
}
