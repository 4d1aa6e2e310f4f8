const UNIT = '(?:ms|milliseconds?|h|hours?|m|minutes?|s|seconds?)(?![a-z])';
const WAIT = new RegExp(
  `\\b(?:try again|retry) (?:in|after) ((?:\\d{1,9}(?:\\.\\d{1,9})? ?${UNIT} ?){1,4})`,
  'i',
);
const PIECE = new RegExp(`(\\d+(?:\\.\\d+)?) ?(${UNIT})`, 'gi');

const unitMs = (unit: string): number => {
  if (/^(?:milli|ms)/.test(unit)) return 1;
  if (unit.startsWith('s')) return 1_000;
  return unit.startsWith('m') ? 60_000 : 3_600_000;
};

/**
 * The wait that a message asks for in words, in milliseconds: "try again in 1m2.5s", "retry after 6 seconds". It is
 * all there is where a limit is met inside a stream.
 */
export const retryMessageMs = (message: string | undefined): number | undefined => {
  const wait = WAIT.exec(message ?? '')?.[1];
  if (wait === undefined) return undefined;
  let sum = 0;
  for (const [, count, unit] of wait.matchAll(PIECE))
    sum += Number(count) * unitMs(unit?.toLowerCase() ?? '');
  return Math.ceil(sum);
};
