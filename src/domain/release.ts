/**
 * What the bounds of a release rest on. NAME: the date that the name states. LISTS: the last list of the lab's models
 * without it and the first with it. BASE_MODEL: it is another way to serve a model that came out then.
 */
export type ReleaseBasis = 'NAME' | 'LISTS' | 'BASE_MODEL';

/** Between which days a model came out, where no source states the day. One of the two is there. */
export type ReleaseRange = {
  /** Not before this day; absent: unknown. */
  readonly earliest?: Date;
  /** On this day at the latest; absent: unknown. */
  readonly latest?: Date;
  readonly basis: ReleaseBasis;
};

/** What is known of when a model came out. */
export type Release = {
  /** As a source states it. */
  readonly releaseDate?: Date;
  /** Only where no source states the day. */
  readonly releaseRange?: ReleaseRange;
};

/** The day of the release, else the first day on which it can have been: what newest-first orders by. */
export const releasedSince = ({ releaseDate, releaseRange }: Release): Date | undefined =>
  releaseDate ?? releaseRange?.earliest;

/** The day of the release, else the last day on which it can have been. */
export const releasedBy = ({ releaseDate, releaseRange }: Release): Date | undefined =>
  releaseDate ?? releaseRange?.latest;
