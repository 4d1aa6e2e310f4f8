import { type Release, releasedBy, releasedSince } from '../../domain/release.ts';
import { day, type FilterCheck, miss } from './filter-check.ts';

/** When it came out, as far as that is known. */
const releaseText = ({ releaseDate, releaseRange }: Release): string => {
  if (releaseDate !== undefined) return `It was released on ${day(releaseDate)}`;
  const { earliest, latest } = releaseRange ?? {};
  if (earliest !== undefined && latest !== undefined)
    return `It was released between ${day(earliest)} and ${day(latest)}`;
  if (earliest !== undefined) return `It was released on ${day(earliest)} or later`;
  return latest === undefined
    ? 'No source states when it was released'
    : `It was released by ${day(latest)}, and no source states when`;
};

/** Passes what is known to have come out at that moment or later. */
export const releasedAfterCheck = (asked: Date): FilterCheck => {
  return (offering) => {
    const since = releasedSince(offering);
    if (since !== undefined && since >= asked) return undefined;
    const by = releasedBy(offering);
    const detail = `${releaseText(offering)}; asked for ${day(asked)} on.`;
    return miss(by === undefined || by >= asked ? 'UNKNOWN_RELEASE_DATE' : 'RELEASED_TOO_EARLY', detail);
  };
};

/** Passes what is known to have come out before that moment. */
export const releasedBeforeCheck = (asked: Date): FilterCheck => {
  return (offering) => {
    const by = releasedBy(offering);
    if (by !== undefined && by < asked) return undefined;
    const since = releasedSince(offering);
    const detail = `${releaseText(offering)}; asked for before ${day(asked)}.`;
    return miss(since === undefined || since < asked ? 'UNKNOWN_RELEASE_DATE' : 'RELEASED_TOO_LATE', detail);
  };
};
