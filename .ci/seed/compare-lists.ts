import type { ShippedList, ShippedPrices } from '../../src/catalogue/shipped/shipped-list.ts';
import { Decimal } from '../../src/domain/money.ts';

/** A rate that two versions of a list state differently. */
export type ChangedRate = {
  readonly offering: string;
  readonly rate: string;
  readonly before: string;
  readonly after: string;
  /** `after / before`. */
  readonly ratio: number;
};

export type ProviderChanges = {
  readonly providerId: string;
  readonly listed: number;
  readonly added: readonly string[];
  readonly gone: readonly string[];
  /** By more than MIN_CHANGE. */
  readonly changed: readonly ChangedRate[];
};

export type ListChanges = {
  readonly providers: readonly ProviderChanges[];
  /** What must not be taken without a look: each is a sentence. */
  readonly suspicious: readonly string[];
};

const MIN_CHANGE = 0.2;
const MAX_RATIO = 3;
/** Share of a provider's offerings whose disappearance is more than a retirement. */
const MAX_GONE = 0.3;
const MIN_OFFERINGS = 5;

type Rates = ReadonlyMap<string, { readonly amount: Decimal; readonly currency: string }>;
type Offerings = ReadonlyMap<string, Rates>;

const conditionsWord = ({
  rates: _,
  currency: __,
  checkedAt: ___,
  url: ____,
  ...rest
}: ShippedPrices): string =>
  Object.entries(rest)
    .map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('');

const offeringsOf = (list: ShippedList | undefined): ReadonlyMap<string, Offerings> => {
  const providers = new Map<string, Map<string, Rates>>();
  for (const provider of list?.providers ?? []) {
    const offerings = providers.get(provider.id) ?? new Map<string, Rates>();
    providers.set(provider.id, offerings);
    for (const { id, prices = [] } of provider.offerings)
      offerings.set(
        id,
        new Map(
          prices.flatMap((set) =>
            Object.entries(set.rates).map(([meter, amount]) => [
              `${meter}${conditionsWord(set)}`,
              { amount: new Decimal(amount), currency: set.currency ?? provider.currency ?? 'USD' },
            ]),
          ),
        ),
      );
  }
  return providers;
};

/** What a new version of a list says differently, and what of it is not to be believed unseen. */
export const compareLists = (before: ShippedList | undefined, after: ShippedList): ListChanges => {
  const [old, now] = [offeringsOf(before), offeringsOf(after)];
  const suspicious: string[] = [];
  const providers: ProviderChanges[] = [];
  for (const providerId of [...new Set([...old.keys(), ...now.keys()])].toSorted()) {
    const was = old.get(providerId) ?? new Map<string, Rates>();
    const is = now.get(providerId) ?? new Map<string, Rates>();
    const gone = [...was.keys()].filter((id) => !is.has(id));
    const changed: ChangedRate[] = [];
    for (const [id, rates] of is) {
      const offering = `${providerId}/${id}`;
      for (const [rate, { amount, currency }] of rates) {
        const known = was.get(id)?.get(rate);
        if (known === undefined) continue;
        if (known.currency !== currency) {
          suspicious.push(`${offering}: ${rate} is in ${currency} instead of ${known.currency}`);
          continue;
        }
        const ratio = amount.dividedBy(known.amount).toNumber();
        if (ratio > 1 + MIN_CHANGE || ratio < 1 - MIN_CHANGE)
          changed.push({
            offering,
            rate,
            before: known.amount.toFixed(),
            after: amount.toFixed(),
            ratio,
          });
        if (ratio > MAX_RATIO || ratio < 1 / MAX_RATIO)
          suspicious.push(
            `${offering}: ${rate} jumps from ${known.amount.toFixed()} to ${amount.toFixed()} ${currency}`,
          );
      }
    }
    if (was.size >= MIN_OFFERINGS && gone.length > was.size * MAX_GONE)
      suspicious.push(`${providerId}: ${gone.length} of ${was.size} offerings are gone`);
    const added = [...is.keys()].filter((id) => !was.has(id));
    if (added.length + gone.length + changed.length > 0 || was.size !== is.size)
      providers.push({ providerId, listed: is.size, added, gone, changed });
  }
  return { providers, suspicious };
};

const MAX_NAMES = 8;
const named = (names: readonly string[]): string =>
  names.length <= MAX_NAMES
    ? names.join(', ')
    : `${names.slice(0, MAX_NAMES).join(', ')} and ${names.length - MAX_NAMES} more`;

/** The changes as lines for a person. */
export const describeChanges = ({ providers, suspicious }: ListChanges): string =>
  [
    ...providers.flatMap(({ providerId, listed, added, gone, changed }) => [
      `${providerId}: ${listed} listed, ${added.length} added, ${gone.length} gone, ${changed.length} changed by more than ${MIN_CHANGE * 100} %`,
      ...(added.length === 0 ? [] : [`  added: ${named(added)}`]),
      ...(gone.length === 0 ? [] : [`  gone: ${named(gone)}`]),
      ...changed.map(({ offering, rate, before, after }) => `  ${offering} ${rate}: ${before} -> ${after}`),
    ]),
    ...suspicious.map((sentence) => `SUSPICIOUS ${sentence}`),
  ].join('\n');
