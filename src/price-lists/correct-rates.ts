import type { Meter } from '../domain/price.ts';
import type { SourceOffering, SourcePrice, SourceProblem } from '../ports/catalogue-source.ts';

/**
 * What lists get wrong in the same way, whoever keeps them and however they are read: shipped and live ones alike.
 */

/**
 * Providers whose accounts are billed in yuan alone. A list that states dollars there converted them at a rate of a day that
 * it does not name: that is no price.
 */
const BILLED_IN_YUAN: ReadonlySet<string> = new Set([
  'dashscope-cn',
  'hunyuan',
  'minimax-cn',
  'moonshot-cn',
  'qianfan',
  'siliconflow-cn',
  'volcengine',
  'zhipu',
]);

export const billsInYuan = (providerId: string): boolean => BILLED_IN_YUAN.has(providerId);

/** Models that answer in nothing but images or sound: a list with one rate of output means that. */
const ANSWERS_IN: readonly { readonly name: RegExp; readonly modality: Meter['modality'] }[] = [
  { name: /(?:^|\/)(?:chatgpt-|gpt-)image-/, modality: 'IMAGE' },
  { name: /(?:^|\/)gpt-[\w.-]*-tts(?:-|$)/, modality: 'AUDIO' },
];

/** Models of which sound costs several times as much as text. */
const HEARS = /(?:^|\/)gpt-[\w.-]*(?:audio|realtime|transcribe)/;

const isPlainText = ({ meter }: SourcePrice, direction: Meter['direction']): boolean =>
  meter.family === 'TOKENS' &&
  meter.direction === direction &&
  meter.modality === 'TEXT' &&
  meter.tokenType === 'PLAIN';

const isPlainAudio = ({ meter }: SourcePrice): boolean =>
  meter.family === 'TOKENS' && meter.modality === 'AUDIO' && meter.tokenType === 'PLAIN';

const casesOf = ({ serviceTier, currency, conditions, effectiveFrom, effectiveTo }: SourcePrice): string =>
  JSON.stringify([serviceTier, currency, conditions, effectiveFrom, effectiveTo]);

/** The one rate of output as one of what the model answers in; beside a rate of that it stays, or is dropped as a rate of nothing. */
const withAnswerModality = (
  prices: readonly SourcePrice[],
  modality: Meter['modality'],
): readonly SourcePrice[] => {
  const stated = new Set(
    prices
      .filter(
        ({ meter }) =>
          meter.family === 'TOKENS' && meter.direction === 'OUTPUT' && meter.modality === modality,
      )
      .map(casesOf),
  );
  return prices.flatMap((row) => {
    if (!isPlainText(row, 'OUTPUT')) return [row];
    if (stated.has(casesOf(row))) return modality === 'IMAGE' ? [row] : [];
    return [{ ...row, meter: { ...row.meter, modality } }];
  });
};

/** Priority always costs more: a list that states the standard rate for it knows of no other. */
const isNoPriority = (row: SourcePrice, rows: readonly SourcePrice[]): boolean =>
  row.serviceTier === 'PRIORITY' &&
  rows.some(
    (other) =>
      other.serviceTier === 'STANDARD' &&
      other.amount === row.amount &&
      other.per === row.per &&
      JSON.stringify(other.meter) === JSON.stringify(row.meter) &&
      casesOf(other) === casesOf({ ...row, serviceTier: 'STANDARD' }),
  );

export type CorrectedOffering = {
  readonly offering: SourceOffering;
  readonly problems: readonly SourceProblem[];
};

/** What an offering costs once what is known to be wrong is put right or left out. */
export const correctRates = (offering: SourceOffering): CorrectedOffering => {
  const { providerId, providerModelId, prices } = offering;
  if (prices.length === 0) return { offering, problems: [] };
  const name = providerModelId.toLowerCase();
  const subject = `${providerId}/${providerModelId}`;
  const problems: SourceProblem[] = [];
  let rows = prices;
  if (billsInYuan(providerId) && rows.some(({ currency }) => currency !== 'CNY')) {
    rows = rows.filter(({ currency }) => currency === 'CNY');
    problems.push({
      subject,
      reason: 'UNIT',
      detail:
        'is stated in another currency, but this provider bills in CNY: it was converted at an unknown rate.',
    });
  }
  if (rows.some((row) => isNoPriority(row, rows))) {
    rows = rows.filter((row) => !isNoPriority(row, rows));
    problems.push({ subject, reason: 'UNIT', detail: 'states the standard rate as that of priority.' });
  }
  const answer = ANSWERS_IN.find((each) => each.name.test(name));
  if (answer !== undefined) rows = withAnswerModality(rows, answer.modality);
  if (HEARS.test(name) && rows.some(isPlainAudio)) {
    const isOfText = (row: SourcePrice): boolean =>
      isPlainAudio(row) &&
      rows.some(
        (text) =>
          isPlainText(text, row.meter.direction) &&
          casesOf(text) === casesOf(row) &&
          Number(text.amount) / text.per === Number(row.amount) / row.per,
      );
    const kept = rows.filter((row) => !isOfText(row));
    if (kept.length < rows.length) {
      rows = kept;
      problems.push({ subject, reason: 'UNIT', detail: 'states sound at the rate of text.' });
    }
  }
  return { offering: rows === prices ? offering : { ...offering, prices: rows }, problems };
};
