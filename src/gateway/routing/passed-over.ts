import type { RejectionReason } from '../../domain/attempt.ts';
import type { Warning } from '../../domain/warning.ts';
import type { CompiledRoute } from './candidate.ts';
import type { Choice } from './choose.ts';
import type { Barred } from './eligibility.ts';

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
export const withPassedOver = (
  choice: Choice,
  { policy }: CompiledRoute,
  barred: readonly Barred[],
): Choice => {
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
