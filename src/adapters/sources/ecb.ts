import {
  type CatalogueSource,
  EMPTY_READING,
  type SourceFx,
  type SourceProblem,
  SourceUnreadable,
} from '../../ports/catalogue-source.ts';
import { exchangeRate } from './live-fx.ts';

/** Far more than there are currencies. */
const MOST_RATES = 500;
const LONGEST = 200_000;

/**
 * Reads the one flat shape that the bank has published since 1999; nothing else of XML. Rates are what 1 euro is worth.
 */
const readRates = (xml: string): { readonly fx: SourceFx[]; readonly problems: SourceProblem[] } => {
  if (xml.length > LONGEST) throw new SourceUnreadable(`daily: is longer than ${LONGEST} characters.`);
  if (!/<gesmes:Envelope[\s>]/.test(xml) || !/<\/gesmes:Envelope>\s*$/.test(xml))
    throw new SourceUnreadable("daily: is not a whole list of the bank's reference rates.");
  const date = /<Cube\s+time=["'](\d{4}-\d{2}-\d{2})["']\s*>/.exec(xml)?.[1];
  if (date === undefined) throw new SourceUnreadable('daily: does not say of which day it is.');
  const fx: SourceFx[] = [];
  const problems: SourceProblem[] = [];
  for (const [, attributes = ''] of xml.matchAll(/<Cube\s+([^<>]*?currency=[^<>]*?)\/>/g)) {
    if (fx.length + problems.length >= MOST_RATES)
      throw new SourceUnreadable(`daily: lists more than ${MOST_RATES} rates.`);
    const quote = /currency=["']([^"']*)["']/.exec(attributes)?.[1];
    const rate = /rate=["']([^"']*)["']/.exec(attributes)?.[1];
    const read = exchangeRate({ base: 'EUR', quote, rate, date });
    if (read.kind === 'RATE') fx.push(read.fx);
    else problems.push(read.problem);
  }
  if (fx.length === 0) throw new SourceUnreadable('daily: lists no rate.');
  return { fx, problems };
};

/** The European Central Bank's reference rates, new each working day at about 16:00 in Frankfurt. */
export const ecb: CatalogueSource = {
  id: 'ecb',
  name: 'European Central Bank, reference rates',
  pageUrl:
    'https://www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates/html/index.en.html',
  baseUrl: 'https://www.ecb.europa.eu',
  requests: [{ name: 'daily', path: '/stats/eurofxref/eurofxref-daily.xml' }],
  terms: 'Free to use with the source named: European Central Bank.',
  byDefault: true,
  storable: true,
  parse: (bodies) => ({ ...EMPTY_READING, ...readRates(bodies.daily ?? '') }),
};
