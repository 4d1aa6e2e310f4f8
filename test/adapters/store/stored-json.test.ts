import { expect, it } from 'vitest';
import { storedRoute } from '../../../src/adapters/store/stored-json.ts';

it.each([
  ['CONTEXT', 'Its context window is 8 tokens; asked for 9.', 'CONTEXT_TOO_SMALL'],
  ['CONTEXT', 'No source states its context window.', 'UNKNOWN_CONTEXT'],
  ['PRICE_UNKNOWN', 'No price of it is known to hold against the ceiling.', 'UNKNOWN_PRICE'],
  ['PRICE_CEILING', 'The request costs about 2 USD there; at most 1 USD may be spent.', 'COST_ABOVE'],
  ['PRICE_CEILING', 'No exchange rate leads from the currency of the ceiling to US dollars.', 'NO_FX_RATE'],
  ['QUALITY', 'lab/m scores 1 at exam; asked for 2.', 'QUALITY_BELOW'],
  ['QUALITY', 'No comparable score of lab/m at exam is known.', 'UNKNOWN_QUALITY'],
  ['WEIGHTS', 'Its weights are open.', 'OPEN_WEIGHTS'],
  ['WEIGHTS', 'Its weights are closed.', 'CLOSED_WEIGHTS'],
  ['WEIGHTS', 'No source says whether its weights are open.', 'UNKNOWN_WEIGHTS'],
  ['REGION', 'It is served from CN; asked for eu.', 'REGION'],
])('a rejection that was stored as %s, "%s", is read as %s', (former, detail, reason) => {
  const stored = {
    requested: 'lab/m',
    modelSlug: 'lab/m',
    candidates: [],
    rejected: [{ offeringId: 'p/m', reason: former, detail }],
  };
  expect(storedRoute.parse(stored).rejected).toEqual([{ offeringId: 'p/m', reason, detail }]);
});
