import { attributesKey, meterKey } from '../../../src/catalogue/meter.ts';
import type { Price } from '../../../src/domain/price.ts';

/** Lists of prices that lie beside the repository as samples: where a sample lies, and the unit of its plain numbers. */
export const SAMPLES = {
  'genai-prices': { file: 'genai-prices-0.1.8.json', of: 1_000_000, dividedBy: 1 },
  'models.dev': { file: 'models.dev-offerings.json', of: 1_000_000, dividedBy: 1 },
  'pi-ai': { file: 'pi-ai-1.5.2-catalog.json', of: 1_000_000, dividedBy: 1 },
  LiteLLM: { file: 'litellm-prices-2026-08-01.json', of: 1, dividedBy: 1 },
  // In cents.
  Portkey: { file: 'portkey-custom-pricing.json', of: 1, dividedBy: 100 },
} as const satisfies { readonly [name: string]: { file: string; of: number; dividedBy: number } };
export type SampleName = keyof typeof SAMPLES;

/** Where a sample states a rate; `of`: for how many units, where it is not the usual number of that sample. */
export type Stated = string | { readonly at: string; readonly of: number };

/** Names a row of a fixture by all that sets it apart from the other rows: see `rowName`. */
type RowName = string;

export type FixtureSource =
  | {
      readonly kind: 'SAMPLE';
      readonly name: SampleName;
      /** From the top of the file to the prices of one offering. A name in a list is that of a member's `id`. */
      readonly where: readonly string[];
      /** Where each row stands, from there on. */
      readonly states: { readonly [row: RowName]: Stated };
      /** What else must stand there word for word, e.g. the bound of a tier. */
      readonly facts?: { readonly [at: string]: string | number };
    }
  | {
      readonly kind: 'PAGE';
      /** PROVIDER: its own page, which needs no second source. OTHER: somebody who copied it. */
      readonly by: 'PROVIDER' | 'OTHER';
      readonly name: string;
      /** Its address; of a copy that has none, the words by which it is found. */
      readonly where: string;
      /** What it says of each row, for the row's own number of units. */
      readonly states: { readonly [row: RowName]: string };
    };

/** REAL: figures that somebody asks for. RULE: made-up round figures that show a rule of ours. */
export type Evidence =
  | { readonly kind: 'REAL'; readonly sources: readonly FixtureSource[] }
  | { readonly kind: 'RULE'; readonly why: string };

const rangeName = (
  of: string,
  range: { readonly from: number; readonly to?: number } | undefined,
): readonly string[] => (range === undefined || range.from === 0 ? [] : [`${of} from ${range.from}`]);

/** `meterKey`, then attributes, tier, bounds, thinking, region, dates and hours where the row has them. */
export const rowName = ({ meter, serviceTier, conditions, effectiveTo, currency }: Price): RowName => {
  const { promptTokens, outputTokens, thinking, region, timeWindow } = conditions;
  const attributes = attributesKey(meter.attributes);
  return [
    meterKey(meter),
    ...(attributes === '' ? [] : [attributes]),
    ...(serviceTier === 'STANDARD' ? [] : [serviceTier]),
    ...rangeName('in', promptTokens),
    ...rangeName('out', outputTokens),
    ...(thinking === undefined ? [] : [thinking ? 'thinking' : 'not thinking']),
    ...(region === undefined ? [] : [region]),
    ...(timeWindow === undefined ? [] : ['peak']),
    ...(timeWindow === undefined && effectiveTo !== undefined ? ['until'] : []),
    ...(currency === 'USD' ? [] : [currency]),
  ].join(' ');
};

type SampleSource = Extract<FixtureSource, { kind: 'SAMPLE' }>;

const sample = (
  name: SampleName,
  where: readonly string[],
  states: SampleSource['states'],
  facts?: SampleSource['facts'],
): FixtureSource => ({ kind: 'SAMPLE', name, where, states, ...(facts !== undefined && { facts }) });

export const genaiPrices = (
  provider: string,
  model: string,
  states: SampleSource['states'],
  facts?: SampleSource['facts'],
): FixtureSource => sample('genai-prices', ['providers', provider, 'models', model, 'prices'], states, facts);

export const liteLlm = (model: string, states: SampleSource['states']): FixtureSource =>
  sample('LiteLLM', ['models', model], states);

export const modelsDev = (
  offering: string,
  states: SampleSource['states'],
  facts?: SampleSource['facts'],
): FixtureSource => sample('models.dev', ['offerings', offering, 'cost'], states, facts);

export const piAi = (
  provider: string,
  model: string,
  states: SampleSource['states'],
  facts?: SampleSource['facts'],
): FixtureSource => sample('pi-ai', ['providers', provider, model, 'cost'], states, facts);

export const portkey = (
  provider: string,
  model: string,
  states: SampleSource['states'],
  facts?: SampleSource['facts'],
): FixtureSource => sample('Portkey', ['providers', provider, model], states, facts);

export const page = (
  by: 'PROVIDER' | 'OTHER',
  name: string,
  where: string,
  states: { readonly [row: RowName]: string },
): FixtureSource => ({ kind: 'PAGE', by, name, where, states });

export const real = (...sources: readonly FixtureSource[]): Evidence => ({ kind: 'REAL', sources });
export const rule = (why: string): Evidence => ({ kind: 'RULE', why });
