import type { ShippedOffering, ShippedPrices } from '../../src/catalogue/shipped/shipped-list.ts';
import { ratesOf } from './edition.ts';
import { bracketed, literal } from './javascript-text.ts';

type Rates = { readonly input: number; readonly output: number };
/** By a part of the names of the models that it prices. */
type Table = { readonly [part: string]: Rates };

/** Models whose rates it compares with the AWS Price List. Of others its table is stale, as it says itself. */
const COMPARED =
  /^(?:google\.gemma-3-|minimax\.minimax-|moonshot(?:ai)?\.kimi-k2|nvidia\.nemotron-|openai\.gpt-oss-|writer\.palmyra-|zai\.glm-)/;

/** The day of that comparison, as the table states it. */
const comparedOn = (code: string): string => {
  const [, day] = /Last reconciled (\d{4}-\d{2}-\d{2})/.exec(code) ?? [];
  if (day === undefined) throw new Error('promptfoo no longer says when its rates of Bedrock were compared');
  return day;
};

const tableOf = (code: string, name: string): Table => literal(bracketed(code, `const ${name} = {`));

/** Tables by region; some regions share one that stands under a name of its own. */
const regionsOf = (code: string): { readonly [region: string]: Table } => {
  const text = bracketed(code, 'const BEDROCK_REGION_PRICING = {').replaceAll(
    /(?<=": )[A-Z][A-Z0-9_]+/g,
    (name) => bracketed(code, `const ${name} = {`),
  );
  return literal(text);
};

/** The rates of the longest part that the name holds and after which another word begins: `glm-5` is not `glm-5.1`. */
const ratesFor = (table: Table, id: string): Rates | undefined => {
  const fitting = Object.keys(table).filter((part) => {
    const at = id.indexOf(part);
    return at >= 0 && !/^[\w.]/.test(id.slice(at + part.length));
  });
  const [longest] = fitting.toSorted((one, other) => other.length - one.length);
  return longest === undefined ? undefined : table[longest];
};

const setOf = (
  rates: Rates | undefined,
  conditions: Omit<ShippedPrices, 'rates'>,
): readonly ShippedPrices[] => {
  const stated = rates === undefined ? undefined : ratesOf({ input: rates.input, output: rates.output });
  return stated === undefined ? [] : [{ ...conditions, rates: stated }];
};

/** What Bedrock's models of other labs cost in each region, for those of `ids` that are called without a profile. */
export const bedrockOfferings = (code: string, ids: readonly string[]): readonly ShippedOffering[] => {
  const checkedAt = comparedOn(code);
  const base = tableOf(code, 'BEDROCK_PRICING');
  const regions = { ...regionsOf(code) };
  const openWeights: { readonly [region: string]: Table } = literal(
    bracketed(code, 'const GPT_OSS_REGION_PRICING = {'),
  );
  const names = [...new Set([...Object.keys(regions), ...Object.keys(openWeights)])].toSorted();
  return ids
    .filter((id) => COMPARED.test(id))
    .toSorted()
    .flatMap((id): readonly ShippedOffering[] => {
      const plain = ratesFor(base, id);
      if (plain === undefined) return [];
      const prices = [
        ...setOf(plain, { checkedAt }),
        ...names.flatMap((region) => {
          const rates = ratesFor({ ...regions[region], ...openWeights[region] }, id);
          const isPlain = rates?.input === plain.input && rates.output === plain.output;
          return isPlain ? [] : setOf(rates, { region, checkedAt });
        }),
      ];
      return [{ id, prices }];
    });
};
