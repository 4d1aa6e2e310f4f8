import type { ConditionalPrice, ModelInfo, ModelPrice } from '@pydantic/genai-prices';
import { Decimal } from '../domain/money.ts';
import type { Meter, Price, PriceConditions, Provenance } from '../domain/price.ts';
import { METER_OF_USAGE, REQUEST_METER } from './meter.ts';

/** A price row that is not yet bound to an offering. */
export type SeedPrice = Omit<Price, 'id' | 'offeringId'>;

/** A fact of the source that our words cannot say, and why. */
export type SeedSkip = {
  readonly providerId: string;
  readonly modelId: string;
  readonly fact: string;
  readonly reason: string;
};

type Rate = { readonly meter: Meter; readonly per: number };

const tokenRate = (meter: Meter): Rate => ({ meter, per: 1_000_000 });
const { input, output, audioInput, audioOutput, imageInput, imageOutput } = METER_OF_USAGE;
const audioSeconds = (direction: Meter['direction']): Rate => ({
  meter: { family: 'SECONDS', direction, modality: 'AUDIO', tokenType: 'PLAIN' },
  per: 3600,
});

/**
 * The source's price keys in our words. Its rates without a modality cover every modality that has no rate
 * of its own; here they are text, which is what every one of them covers.
 */
const RATES: { readonly [priceKey: string]: Rate } = {
  input_mtok: tokenRate(input),
  output_mtok: tokenRate(output),
  cache_read_mtok: tokenRate(METER_OF_USAGE.cacheRead),
  cache_write_mtok: tokenRate(METER_OF_USAGE.cacheWrite5m),
  cache_write_1h_mtok: tokenRate(METER_OF_USAGE.cacheWrite1h),
  output_reasoning_mtok: tokenRate(METER_OF_USAGE.reasoning),
  input_audio_mtok: tokenRate(audioInput),
  output_audio_mtok: tokenRate(audioOutput),
  cache_audio_read_mtok: tokenRate({ ...audioInput, tokenType: 'CACHE_READ' }),
  input_image_mtok: tokenRate(imageInput),
  output_image_mtok: tokenRate(imageOutput),
  cache_image_read_mtok: tokenRate({ ...imageInput, tokenType: 'CACHE_READ' }),
  input_video_mtok: tokenRate({ ...input, modality: 'VIDEO' }),
  output_video_mtok: tokenRate({ ...output, modality: 'VIDEO' }),
  audio_hours: audioSeconds('NONE'),
  input_audio_hours: audioSeconds('INPUT'),
  input_mchars: { meter: METER_OF_USAGE.characters, per: 1_000_000 },
  requests_kcount: { meter: REQUEST_METER, per: 1000 },
};

const UNSAYABLE: { readonly [priceKey: string]: string } = {
  web_searches_kcount: 'a meter cannot name the tool that was called',
  storage_searches_kcount: 'a meter cannot name the tool that was called',
  input_document_kpages: 'there is no meter of pages',
  input_annotated_document_kpages: 'there is no meter of pages',
  output_citation_mtok: 'there is no token type of citations',
  input_text_messages_kcount: 'there is no meter of messages',
};

type Rates = ModelPrice[string];

/** One entry of the source's list, with the dates between which it holds. */
type Entry = {
  readonly prices: ModelPrice;
  readonly timeWindow?: PriceConditions['timeWindow'];
  readonly effectiveFrom?: Date;
  readonly effectiveTo?: Date;
};

/** `HH:MM:SS` with `Z` or an offset, as `HH:MM` in UTC. Undefined where it is not on a whole minute. */
const utcTime = (text: string): string | undefined => {
  const found = /^(\d{2}):(\d{2}):00(?:Z|([+-])(\d{2}):(\d{2}))$/.exec(text);
  if (found === null) return undefined;
  const [, hours, minutes, sign, offsetHours = '0', offsetMinutes = '0'] = found;
  const offset = (Number(offsetHours) * 60 + Number(offsetMinutes)) * (sign === '-' ? -1 : 1);
  const inDay = (Number(hours) * 60 + Number(minutes) - offset + 1440) % 1440;
  return `${String(Math.floor(inDay / 60)).padStart(2, '0')}:${String(inDay % 60).padStart(2, '0')}`;
};

/**
 * The source reads its list from the end and takes the first entry whose one constraint holds. So an entry
 * ends where a later dated one starts. A time window behind a dated entry is read as beginning with it: the
 * source cannot put both constraints on one entry and says in its comments that this is meant.
 */
const entriesOf = (
  list: readonly ConditionalPrice[],
  skip: (fact: string, reason: string) => void,
): Entry[] => {
  const entries: Entry[] = [];
  let since: Date | undefined;
  list.forEach((item, index) => {
    const { constraint } = item;
    let timeWindow: PriceConditions['timeWindow'];
    if (constraint?.type === 'start_date') since = new Date(`${constraint.start_date}T00:00:00Z`);
    if (constraint?.type === 'time_of_date') {
      const from = utcTime(constraint.start_time);
      const to = utcTime(constraint.end_time);
      if (from === undefined || to === undefined) {
        skip(`prices[${index}]`, `time window ${constraint.start_time}-${constraint.end_time}`);
        return;
      }
      timeWindow = { from, to, zone: 'UTC' };
    }
    const ends = list
      .slice(index + 1)
      .map((later) => later.constraint)
      .filter((later) => later?.type === 'start_date')
      .map((later) => later.start_date)
      .sort()[0];
    entries.push({
      prices: item.prices,
      ...(timeWindow === undefined ? {} : { timeWindow }),
      ...(since === undefined ? {} : { effectiveFrom: since }),
      ...(ends === undefined ? {} : { effectiveTo: new Date(`${ends}T00:00:00Z`) }),
    });
  });
  return entries;
};

type Tier = { readonly amount: number; readonly promptTokens?: PriceConditions['promptTokens'] };

/** The source's tiers apply to requests with more input tokens than `start`, and to every token of them. */
const tiersOf = (rates: NonNullable<Rates>): readonly Tier[] => {
  if (typeof rates === 'number') return [{ amount: rates }];
  const tiers = rates.tiers.toSorted((one, other) => one.start - other.start);
  const [lowest] = tiers;
  if (lowest === undefined) return [{ amount: rates.base }];
  return [
    { amount: rates.base, promptTokens: { from: 0, to: lowest.start + 1 } },
    ...tiers.map((tier, index) => {
      const next = tiers[index + 1];
      const from = tier.start + 1;
      return {
        amount: tier.price,
        promptTokens: next === undefined ? { from } : { from, to: next.start + 1 },
      };
    }),
  ];
};

/**
 * Google bills images and audio at the plain rate where its page names no other, and its API reports them
 * apart; so that they are not left without a price, the plain rate is stated for them too.
 */
const withGoogleModalities = (modelId: string, prices: ModelPrice): ModelPrice => {
  if (!modelId.startsWith('gemini-')) return prices;
  const { input_mtok: plainInput, output_mtok: plainOutput } = prices;
  const answersInMedia = /tts|audio|live|image|omni/.test(modelId);
  return {
    ...(plainInput === undefined ? {} : { input_audio_mtok: plainInput, input_image_mtok: plainInput }),
    ...(plainOutput === undefined || !answersInMedia
      ? {}
      : { output_audio_mtok: plainOutput, output_image_mtok: plainOutput }),
    ...prices,
  };
};

/**
 * The dated rows that the source states for one model of one provider, in US dollars. What our words cannot
 * say goes to `skip`. Amounts are the decimal text of the source's numbers, never computed.
 */
export const seedPricesOf = (
  providerId: string,
  model: ModelInfo,
  provenance: Provenance,
  skip: (skipped: SeedSkip) => void,
): readonly SeedPrice[] => {
  const skipFact = (fact: string, reason: string) => skip({ providerId, modelId: model.id, fact, reason });
  const list = Array.isArray(model.prices) ? model.prices : [{ prices: model.prices }];
  const rows: SeedPrice[] = [];
  for (const { prices, timeWindow, ...dates } of entriesOf(list, skipFact)) {
    const stated = providerId === 'google' ? withGoogleModalities(model.id, prices) : prices;
    for (const [priceKey, rates] of Object.entries(stated)) {
      if (rates === undefined) continue;
      const rate = RATES[priceKey];
      if (rate === undefined) {
        skipFact(priceKey, UNSAYABLE[priceKey] ?? 'the price key is not known');
        continue;
      }
      for (const { amount, promptTokens } of tiersOf(rates)) {
        rows.push({
          ...rate,
          amount: new Decimal(String(amount)),
          currency: 'USD',
          conditions: {
            ...(promptTokens === undefined ? {} : { promptTokens }),
            ...(timeWindow === undefined ? {} : { timeWindow }),
          },
          serviceTier: 'STANDARD',
          tierMode: 'CLIFF',
          billing: 'METERED',
          ...dates,
          provenance,
        });
      }
    }
  }
  return rows;
};
