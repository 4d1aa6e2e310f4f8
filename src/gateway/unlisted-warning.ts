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
  capabilities,
}: Offering): readonly Warning[] => {
  if (unlisted === undefined) return NONE;
  const { nearest } = unlisted;
  const hasNoFacts = capabilities.length === 0;
  const price = pricedAs === undefined ? '' : ` It is priced as ${pricedAs}.`;
  const unknown = [
    ...(pricedAs === undefined ? ['price'] : []),
    ...(hasNoFacts ? ['limits', 'capabilities'] : []),
  ];
  const rest = unknown.length === 0 ? '' : ` Not known: ${unknown.join(', ')}.`;
  return [
    {
      code: 'UNKNOWN_MODEL_PASSED_THROUGH',
      parameter: 'model',
      message: `The catalogue does not list ${id}: ${providerId} was asked for "${providerModelId}".${price}${rest}${nearest === undefined ? '' : ` Nearest listed: ${nearest}.`}`,
    },
  ];
};
