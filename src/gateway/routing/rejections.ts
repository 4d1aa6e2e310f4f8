import type { Rejection, RejectionReason } from '../../domain/attempt.ts';
import type { Warning } from '../../domain/warning.ts';
import { type Barred, rejectionOf } from './candidate.ts';
import type { Choice } from './choose.ts';
import type { CompiledRoute } from './compiled-route.ts';

/** Another matter soon: what somebody who wonders asks about first. */
const OF_THIS_MOMENT: ReadonlySet<RejectionReason> = new Set([
  'BREAKER_OPEN',
  'RATE_LIMITED',
  'UNUSABLE',
  'AT_CAPACITY',
  'BUDGET_SPENT',
]);

const isOfThisMoment = ({ reason }: Barred): boolean => OF_THIS_MOMENT.has(reason);

/** Those of this moment, then those of this request. */
const inOrder = (barred: readonly Barred[]): readonly Barred[] =>
  barred.length < 2
    ? barred
    : [...barred.filter(isOfThisMoment), ...barred.filter((each) => !isOfThisMoment(each))];

/** The list goes on with others, as far as there is room. */
const upTo = (most: number, ...lists: readonly (readonly Rejection[])[]): readonly Rejection[] => {
  const all: Rejection[] = [];
  for (const list of lists) {
    if (all.length >= most) break;
    all.push(...(list.length > most - all.length ? list.slice(0, most - all.length) : list));
  }
  return all;
};

/**
 * All rejections, as far as there is room: those of this moment first, then those of this request, then what is so for as
 * long as the catalogue stands, and what filters passed over last.
 */
export const rejectionsOf = (
  { rejected, unfit }: CompiledRoute,
  barred: readonly Barred[],
  most: number,
): readonly Rejection[] => upTo(most, inOrder(barred).slice(0, most).map(rejectionOf), rejected, unfit);

/** Those that are kept with a completion: no more than tell something of it. `isPlain`: the route is a model's own name. */
export const keptRejections = (
  route: CompiledRoute,
  barred: readonly Barred[],
  isPlain: boolean,
  most: number,
): readonly Rejection[] =>
  upTo(most, inOrder(barred).slice(0, most).map(rejectionOf), isPlain ? route.rejectedOn : route.rejected);

/** What the request itself rules an offering out by, whenever it comes. */
const OF_THE_REQUEST: ReadonlySet<RejectionReason> = new Set([
  'PARAMETER',
  'CAPABILITY',
  'MODALITY',
  'REGION',
]);

/** More of them say nothing more. */
const MAX_WARNINGS = 3;

const warningOf = ({ candidate, detail }: Barred): Warning => ({
  code: 'OFFERING_PASSED_OVER',
  message: `${candidate.offering.id} was passed over: ${detail()}`,
});

/**
 * The choice with a warning where what is asked for, or the format that it is asked in, moves the request to another
 * provider than the one that comes first.
 */
export const withPassedOver = <Call>(
  choice: Choice<Call>,
  { policy }: CompiledRoute,
  barred: readonly Barred[],
): Choice<Call> => {
  const [first] = choice.chosen;
  if (first === undefined) return choice;
  const { candidate: taken } = first.ranked;
  // By the list, it is known who would have come before; other strategies have not looked at those that are unfit.
  const listed =
    policy.strategy.kind === 'PRIORITY'
      ? barred.filter(({ candidate }) => candidate.index < taken.index)
      : [];
  const over = [...listed, ...choice.passedOver]
    .filter(
      ({ reason, candidate }) =>
        OF_THE_REQUEST.has(reason) && candidate.offering.providerId !== taken.offering.providerId,
    )
    .sort((one, other) => one.candidate.index - other.candidate.index);
  if (over.length === 0) return choice;
  const warnings = over.slice(0, MAX_WARNINGS).map(warningOf);
  return {
    ...choice,
    chosen: choice.chosen.map(({ ranked, planned }) => ({
      ranked,
      planned: { ...planned, warnings: [...warnings, ...planned.warnings] },
    })),
  };
};
