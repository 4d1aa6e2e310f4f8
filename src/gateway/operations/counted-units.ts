import type { OperationKind, OperationRequests, ProviderResults } from '../../domain/operation.ts';
import { type Usage, usageOf } from '../../domain/usage.ts';

type Units = Pick<Usage, 'images' | 'seconds' | 'characters'>;

const NONE = (): undefined => undefined;

/** What was made or heard, as it can be counted here, whatever its provider counts. */
const COUNTS: {
  readonly [Kind in OperationKind]: (
    request: OperationRequests[Kind],
    result: ProviderResults[Kind],
  ) => Partial<Units> | undefined;
} = {
  EMBEDDING: NONE,
  IMAGE_GENERATION: (_request, { images }) => ({ images: images.length }),
  SPEECH: ({ text }) => ({ characters: Array.from(text).length }),
  TRANSCRIPTION: (_request, { durationSeconds }) =>
    durationSeconds === undefined ? undefined : { seconds: durationSeconds },
  // One call, which the price engine counts.
  RERANK: NONE,
  MODERATION: NONE,
  TOKEN_COUNT: NONE,
};

const countsOf = <Kind extends OperationKind>(operation: Kind): (typeof COUNTS)[Kind] => COUNTS[operation];

/** What its provider says was used, with units that it does not say; undefined where these cannot be counted. */
export const withCountedUnits = <Kind extends OperationKind>(
  operation: Kind,
  request: OperationRequests[Kind],
  result: ProviderResults[Kind],
  reported: Usage = usageOf({}),
): Usage | undefined => {
  const units = countsOf(operation)(request, result);
  const isSaid = reported.images > 0 || reported.seconds > 0 || reported.characters > 0;
  return units === undefined || isSaid ? undefined : { ...reported, ...units };
};
