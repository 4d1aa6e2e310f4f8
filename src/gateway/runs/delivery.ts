import type { FailedCheck } from '../../domain/attempt.ts';
import type { PlannedCandidate, RoutePlan } from '../routing/route-plan.ts';
import type { AttemptsEvent } from './attempted.ts';
import type { Call, CallEnd } from './call.ts';
import type { AnswerEvent } from './call-facts.ts';
import { createHoldBack, type HoldBack } from './hold-back.ts';
import { type TierAnswer, type TierRules, Tiers } from './tiers.ts';
import type { Turns } from './turns.ts';

type Dependencies = TierRules & {
  readonly owner: { onEvent(event: AttemptsEvent): void };
};

/** Passes on the answer of the call that is gone on with: at once, held for its beginning, or held until it is checked. */
export class Delivery<What> {
  readonly #deps: Dependencies;
  readonly #holdBackTokens: number;
  /** Absent: answers are not checked. */
  readonly #tiers: Tiers<What> | undefined;
  #of: Call<What> | undefined;
  #hold: HoldBack | undefined;
  #unchecked: TierAnswer | undefined;

  constructor(
    { dispatch, fallback }: Pick<RoutePlan<What>, 'dispatch' | 'fallback'>,
    deps: Dependencies,
    turns: Turns<What>,
  ) {
    this.#deps = deps;
    this.#holdBackTokens = fallback.holdBackTokens;
    this.#tiers = Tiers.of(dispatch, deps, turns);
  }

  /** Whose answer it is; undefined where nobody's is. */
  get of(): Call<What> | undefined {
    return this.#of;
  }

  /** The client has seen content of it. */
  get wasSeen(): boolean {
    return this.#hold?.isOpen() ?? false;
  }

  begin(call: Call<What>): void {
    this.#of = call;
    this.#unchecked = this.#tiers?.answerOf(call.candidate);
    this.#hold =
      this.#unchecked?.hold ??
      (this.#deps.delivery === 'STREAM' ? createHoldBack(this.#holdBackTokens) : undefined);
  }

  /** It is nobody's any more: what is held is void. */
  drop(): void {
    this.#of = undefined;
    this.#hold = undefined;
    this.#unchecked = undefined;
  }

  pass(event: AnswerEvent): void {
    const { owner } = this.#deps;
    const hold = this.#hold;
    this.#unchecked?.see(event);
    if (hold === undefined || hold.isOpen()) owner.onEvent(event);
    else for (const each of hold.add(event)) owner.onEvent(each);
  }

  /** The answer is whole: the check that it does not pass, if it is to be checked. */
  failedCheck(end: CallEnd): FailedCheck | undefined | Promise<FailedCheck | undefined> {
    const answer = this.#unchecked;
    this.#unchecked = undefined;
    return answer && this.#tiers?.failed(answer, end);
  }

  /** Its answer was not taken: its tier is not asked again. */
  leave(candidate: PlannedCandidate<What>): void {
    this.#tiers?.leave(candidate);
  }

  /** Passes on what is held. */
  flush(): void {
    const hold = this.#hold;
    if (hold !== undefined && !hold.isOpen()) for (const each of hold.flush()) this.#deps.owner.onEvent(each);
  }
}
