import {
  type CatalogueSource,
  EMPTY_READING,
  type SourceFx,
  type SourceProblem,
  SourceUnreadable,
} from '../../ports/catalogue-source.ts';
import { exchangeRate } from './live-fx.ts';
import { membersOf, rowsOf } from './live-payload.ts';
import { jsonBody } from './row-reading.ts';

/** Reference rates of many central banks, blended, with US dollars as base. */
export const frankfurter: CatalogueSource = {
  id: 'frankfurter',
  name: 'Frankfurter exchange rates',
  pageUrl: 'https://frankfurter.dev',
  baseUrl: 'https://api.frankfurter.dev',
  requests: [{ name: 'rates', path: '/v2/rates?base=USD' }],
  terms: 'Free public API without a key; rates of central banks.',
  byDefault: true,
  storable: true,
  parse(bodies) {
    const fx: SourceFx[] = [];
    const problems: SourceProblem[] = [];
    for (const [index, row] of rowsOf(jsonBody(bodies, 'rates'), 'rates').entries()) {
      const members = membersOf(row);
      if (members === undefined) {
        problems.push({ subject: `[${index}]`, reason: 'MALFORMED', detail: 'takes an object' });
        continue;
      }
      const { base, quote, rate, date } = members;
      const read = exchangeRate({ base, quote, rate, date });
      if (read.kind === 'RATE') fx.push(read.fx);
      else problems.push(read.problem);
    }
    if (fx.length === 0) throw new SourceUnreadable('rates: no row of the list can be read.');
    return { ...EMPTY_READING, fx, problems };
  },
};
