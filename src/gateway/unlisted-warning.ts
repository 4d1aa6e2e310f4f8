import type { Offering } from '../domain/model.ts';
import type { Warning } from '../domain/warning.ts';

const NONE: readonly Warning[] = [];

/** What a caller is told of an offering that the catalogue does not list; nothing for all others. */
export const unlistedWarnings = ({
  id,
  providerId,
  providerModelId,
  unlisted,
  pricedAs,
}: Offering): readonly Warning[] => {
  if (unlisted === undefined) return NONE;
  const { nearest } = unlisted;
  const price = pricedAs === undefined ? 'Its price, limits' : `It is priced as ${pricedAs}; its limits`;
  return [
    {
      code: 'UNKNOWN_MODEL_PASSED_THROUGH',
      parameter: 'model',
      message: `The catalogue does not list ${id}: ${providerId} was asked for "${providerModelId}". ${price} and capabilities are unknown.${nearest === undefined ? '' : ` Nearest listed: ${nearest}.`}`,
    },
  ];
};
