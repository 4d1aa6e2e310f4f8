import type { Attempt, FailedCheck } from '../../domain/attempt.ts';
import { type CompletionContent, createContentFold } from '../../domain/completion-content.ts';
import type { FinishReason } from '../../domain/content-event.ts';
import { failureOf, type LocatedFailure } from '../../domain/failure.ts';
import type { ModelSlug, OfferingId } from '../../domain/ids.ts';
import type { Warning } from '../../domain/warning.ts';
import type { Dispatch, PlannedCandidate } from '../routing/route-plan.ts';
import type { CallEnd } from './call.ts';
import type { AnswerEvent } from './call-facts.ts';
import type { HoldBack } from './hold-back.ts';
import type { Turns } from './turns.ts';

/** A whole answer of one candidate. */
export type TierContent = {
  readonly content: CompletionContent;
  readonly finishReason: FinishReason;
  readonly by: OfferingId;
};

/** The check that an answer does not pass; later, where somebody else is asked. */
export type AnswerCheck = (answer: TierContent) => FailedCheck | undefined | Promise<FailedCheck | undefined>;

/** How the answers of a run are told and checked. */
export type TierRules = {
  /**
   * STREAM: the client sees content as it comes, and from then on no other candidate can take over. WHOLE: it sees the
   * end alone, so that nothing is held back.
   */
  readonly delivery: 'STREAM' | 'WHOLE';
  /** The client can be told to discard what it got of an answer. */
  readonly restarts?: true | undefined;
  /** What is asked of answers where a plan has tiers; absent: they are not checked. */
  readonly check?: AnswerCheck | undefined;
};

/** An answer of which more characters have come is passed on unchecked: it is not kept here. */
const MAX_HELD = 4 * 1024 * 1024;

const sizeOf = (event: AnswerEvent): number => {
  switch (event.type) {
    case 'textDelta':
      return event.text.length + (event.frame?.data.length ?? 0);
    case 'reasoningDelta':
    case 'refusalDelta':
      return event.text.length;
    case 'toolCallDelta':
      return event.argumentsDelta.length;
    case 'verbatim':
      return event.data.length;
    case 'toolCallStarted':
    case 'toolCallEnded':
    case 'source':
    case 'usageUpdated':
      return 0;
  }
};

/** An answer that is to be checked, as it comes. */
export class TierAnswer {
  /** Absent where it is passed on as it comes. */
  readonly hold: HoldBack | undefined;
  readonly #fold = createContentFold();
  readonly #held: AnswerEvent[] = [];
  #size = 0;
  #isOpen = false;

  constructor(isHeld: boolean) {
    if (!isHeld) return;
    this.hold = {
      add: (event) => {
        this.#held.push(event);
        return this.#size > MAX_HELD ? this.#open() : [];
      },
      flush: () => this.#open(),
      isOpen: () => this.#isOpen,
    };
  }

  /** Each event once, before it is held or passed on. */
  see(event: AnswerEvent): void {
    this.#size += sizeOf(event);
    if (this.#size <= MAX_HELD && event.type !== 'verbatim') this.#fold.add(event);
  }

  #open(): readonly AnswerEvent[] {
    this.#isOpen = true;
    return this.#held.splice(0);
  }

  /** Undefined where it is taken. */
  failed({ last, attempt }: CallEnd, check: AnswerCheck): ReturnType<AnswerCheck> {
    if (this.#size > MAX_HELD || last === undefined || last.type === 'performed') return undefined;
    const { finishReason } = last;
    return check({ content: this.#fold.content(), finishReason, by: attempt.offeringId });
  }
}

/** Of which tiers an answer is checked, and whom none of them may follow. */
export class Tiers<What> {
  readonly #cascade: Extract<Dispatch, { kind: 'CASCADE' }>;
  readonly #check: AnswerCheck;
  readonly #isHeld: boolean;
  readonly #turns: Turns<What>;
  readonly #left = new Set<number | undefined>();
  readonly #leftModels = new Set<ModelSlug>();
  #escalated = 0;

  private constructor(
    cascade: Extract<Dispatch, { kind: 'CASCADE' }>,
    check: AnswerCheck,
    { delivery, restarts }: TierRules,
    turns: Turns<What>,
  ) {
    this.#cascade = cascade;
    this.#check = check;
    this.#turns = turns;
    this.#isHeld = delivery === 'STREAM' && !(cascade.rules.stream === 'RESTART' && restarts === true);
  }

  /** Undefined where answers are not checked. */
  static of<What>(dispatch: Dispatch, rules: TierRules, turns: Turns<What>): Tiers<What> | undefined {
    const { check } = rules;
    return dispatch.kind !== 'CASCADE' || check === undefined
      ? undefined
      : new Tiers(dispatch, check, rules, turns);
  }

  #tierOf({ offering }: PlannedCandidate<What>): number | undefined {
    return this.#cascade.tierOf.get(offering.id);
  }

  /** What is to be checked of a candidate's answer; undefined: nothing, as no other tier could follow it. */
  answerOf(candidate: PlannedCandidate<What>): TierAnswer | undefined {
    const tier = this.#tierOf(candidate);
    if (tier === undefined || this.#escalated >= this.#cascade.maxEscalations) return undefined;
    const isOther = (each: PlannedCandidate<What>): boolean => {
      const other = this.#tierOf(each);
      return (
        other !== undefined && other !== tier && each.offering.modelSlug !== candidate.offering.modelSlug
      );
    };
    return this.#turns.hasOther(isOther) ? new TierAnswer(this.#isHeld) : undefined;
  }

  failed(answer: TierAnswer, end: CallEnd): ReturnType<AnswerCheck> {
    return answer.failed(end, this.#check);
  }

  /** Its answer was not taken: nothing of its tier, and nobody with its model, is asked again. */
  leave(candidate: PlannedCandidate<What>): void {
    this.#escalated += 1;
    this.#left.add(this.#tierOf(candidate));
    this.#leftModels.add(candidate.offering.modelSlug);
    this.#turns.leaveOut(
      (each) =>
        this.#leftModels.has(each.offering.modelSlug) ||
        (!each.isFallback && this.#left.has(this.#tierOf(each))),
    );
  }
}

/** An attempt whose answer was not taken. */
export const notTaken = (
  attempt: Attempt,
  failedCheck: FailedCheck,
): Attempt & { readonly failure: LocatedFailure } => {
  const { providerId, offeringId } = attempt;
  const failure = failureOf('CHECK_FAILED', `${failedCheck.check}: ${failedCheck.detail}`);
  return { ...attempt, status: 'FAILED', failedCheck, failure: { ...failure, providerId, offeringId } };
};

/** Of an answer that was taken for want of another. */
export const notPassed = ({ check, detail }: FailedCheck): Warning => ({
  code: 'CHECK_FAILED',
  message: `${check}: ${detail} Nothing else could be asked.`,
});
