import { bracketed, literal } from './javascript-text.ts';

/** Names of its tables of prices by the image, and the models that they are of. */
const TABLES: { readonly [model: string]: string } = {
  'dall-e-2': 'DALLE2_COSTS',
  'dall-e-3': 'DALLE3_COSTS',
  'gpt-image-1': 'GPT_IMAGE1_COSTS',
  'gpt-image-1-mini': 'GPT_IMAGE1_MINI_COSTS',
  'gpt-image-1.5': 'GPT_IMAGE1_5_COSTS',
  'gpt-image-2': 'GPT_IMAGE2_COSTS',
};

/** Attributes of a key: `512x512`, or `high_1024x1536` where it depends on the quality too. */
const meterOf = (key: string): string => {
  const [size, quality] = key.split('_').reverse();
  return quality === undefined ? `images{size=${size}}` : `images{quality=${quality},size=${size}}`;
};

/** What one image costs by quality and size, by model. */
export const imageRates = (code: string): ReadonlyMap<string, { readonly [meter: string]: number }> =>
  new Map(
    Object.entries(TABLES).map(([model, table]) => {
      const costs: { readonly [key: string]: number } = literal(
        bracketed(code, `const ${table} = {`).replaceAll(/(?<=[{,]\s*)(\w+)(?=:)/g, '"$1"'),
      );
      return [model, Object.fromEntries(Object.entries(costs).map(([key, cost]) => [meterOf(key), cost]))];
    }),
  );
