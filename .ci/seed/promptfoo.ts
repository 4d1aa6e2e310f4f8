import type {
  ShippedList,
  ShippedOffering,
  ShippedPrices,
} from '../../src/catalogue/shipped/shipped-list.ts';
import { Decimal } from '../../src/domain/money.ts';
import { withoutDatedTwins } from './dated-twins.ts';
import { type Edition, editionOf, ratesOf } from './edition.ts';
import { bracketed, literal } from './javascript-text.ts';
import { bedrockOfferings } from './promptfoo-bedrock.ts';
import { imageRates } from './promptfoo-images.ts';

export const PROMPTFOO = { name: 'promptfoo', licence: 'MIT' } as const;

const IMAGE_TABLES = 'https://github.com/promptfoo/promptfoo/blob/main/src/providers/openai/image.ts';
const BEDROCK_TABLE = 'https://github.com/promptfoo/promptfoo/blob/main/src/providers/bedrock/pricing.ts';

type Text = {
  readonly input?: number;
  readonly cachedInput?: number;
  readonly cacheWriteInput?: number;
  readonly output?: number;
};
type Modal = { readonly text: Text; readonly audio?: Text; readonly image?: Text };
type Cost = {
  readonly input?: number;
  readonly output?: number;
  readonly audioInput?: number;
  readonly audioOutput?: number;
  readonly perMinute?: number;
  readonly longContext?: { readonly threshold: number; readonly input: number; readonly output: number };
};

const tableOf = <Rates>(code: string, name: string): ReadonlyMap<string, Rates> =>
  new Map(
    literal<readonly { readonly models: readonly string[]; readonly rates: Rates }[]>(
      bracketed(code, `const ${name} = buildRateTable([`),
    ).flatMap(({ models, rates }) => models.map((model): [string, Rates] => [model, rates])),
  );

const ENTRY =
  /(?:\.\.\.\[([^\]]+)\]\.map\(\(model\) => \(\{\s*id: model|id: "([^"]+)"),(?:\s*type: "\w+",)?\s*cost: (\{(?:[^{}]|\{[^{}]*\})*\})/g;

const costsOf = (code: string): ReadonlyMap<string, Cost> => {
  const threshold = /GPT_LONG_CONTEXT_THRESHOLD = ([\de]+)/.exec(code)?.[1];
  const costs = new Map<string, Cost>();
  const retired = bracketed(code, 'const RETIRED_OPENAI_MODELS = [');
  for (const [, several, one, cost = '{}'] of code.replace(retired, '').matchAll(ENTRY)) {
    const ids = several === undefined ? [one ?? ''] : literal<readonly string[]>(`[${several}]`);
    const read = literal<Cost>(cost.replaceAll('GPT_LONG_CONTEXT_THRESHOLD', threshold ?? '0'));
    for (const id of ids) if (!costs.has(id)) costs.set(id, read);
  }
  return costs;
};

const textRates = ({ input, cachedInput, cacheWriteInput, output }: Text, factor = 1) => {
  const times = (rate: number | undefined): number | undefined =>
    rate === undefined ? undefined : new Decimal(String(rate)).times(factor).toNumber();
  return {
    input: times(input),
    cacheRead: times(cachedInput),
    cacheWrite5m: times(cacheWriteInput),
    output: times(output),
  };
};

const modalRates = ({ text, audio, image }: Modal) => ({
  ...textRates(text),
  audioInput: audio?.input,
  audioCacheRead: audio?.cachedInput,
  audioOutput: audio?.output,
  imageInput: image?.input,
  imageCacheRead: image?.cachedInput,
  imageOutput: image?.output,
});

type Conditions = Omit<ShippedPrices, 'rates'>;
const setOf = (
  rates: { readonly [meter: string]: number | undefined },
  conditions: Conditions = {},
): readonly ShippedPrices[] => {
  const stated = ratesOf(rates);
  return stated === undefined ? [] : [{ ...conditions, rates: stated }];
};

/** Models that bill cache writes serve long prompts with priority too, at the factors of the standard tier. */
const priorityRates = (first: Text, threshold: number, servesLong: boolean): readonly ShippedPrices[] => {
  const rates = textRates(first);
  if (threshold === 0) return setOf(rates, { tier: 'PRIORITY' });
  const { output } = rates;
  const long = {
    ...textRates(first, 2),
    output: output === undefined ? undefined : new Decimal(String(output)).times('1.5').toNumber(),
  };
  return [
    ...setOf(rates, { tier: 'PRIORITY', promptTokens: [0, threshold + 1] }),
    ...(servesLong ? setOf(long, { tier: 'PRIORITY', promptTokens: [threshold + 1] }) : []),
  ];
};

/** Models that are served in one tier alone, and those that are only called through another model. */
const HAS_ONE_TIER =
  /chat|search|codex|audio|realtime|tts|transcribe|image|deep-research|-pro|instruct|embedding/;

const half = (rate: number | undefined): number | undefined =>
  rate === undefined ? undefined : new Decimal(String(rate)).times('0.5').toNumber();

/** What models cost that were fine-tuned from another, under `ft:` and the name of that. */
const tunedOfferings = (billing: string): readonly ShippedOffering[] => {
  const batches = tableOf<Text>(billing, 'FINE_TUNED_BATCH_OVERRIDES');
  return [...tableOf<Text>(billing, 'FINE_TUNED_TEXT_RATES')].map(([id, rates]): ShippedOffering => {
    const batch = batches.get(id);
    const { input, cacheRead, output } = textRates(rates);
    return {
      id,
      prices: [
        ...setOf(textRates(rates)),
        ...setOf(
          batch === undefined
            ? { input: half(input), cacheRead: half(cacheRead), output: half(output) }
            : textRates(batch),
          { tier: 'BATCH' },
        ),
      ],
    };
  });
};

/** Texts of promptfoo's files that hold its tables. */
export type PromptfooFiles = {
  readonly billing: string;
  readonly models: string;
  readonly images: string;
  readonly bedrock: string;
};

/**
 * OpenAI's rates as promptfoo bills them: service tiers, fine-tuned models, realtime, images, speech and transcription; and
 * Bedrock's by region, of `bedrockIds`. `isListed` answers for offerings of other lists. Its tables are read as text, never run.
 */
export const convertPromptfoo = (
  { billing, models, images, bedrock }: PromptfooFiles,
  edition: Edition,
  bedrockIds: readonly string[],
  isListed: (offeringId: string) => boolean,
): ShippedList => {
  const cached = tableOf<number>(billing, 'STANDARD_CACHED_INPUT_RATES');
  const cachedLong = tableOf<number>(billing, 'LONG_CONTEXT_CACHED_INPUT_RATES');
  const priority = tableOf<Text>(billing, 'PRIORITY_TEXT_RATES');
  const modal = new Map([
    ...tableOf<Modal>(billing, 'IMAGE_MODEL_RATES'),
    ...tableOf<Modal>(billing, 'REALTIME_MODAL_RATES'),
  ]);
  const flex = new Set(
    literal<readonly string[]>(bracketed(billing, 'FLEX_SUPPORTED_TEXT_MODELS = /* @__PURE__ */ new Set([')),
  );
  const cacheWrites = new Set(
    literal<readonly string[]>(bracketed(billing, 'CACHE_WRITE_MODELS = /* @__PURE__ */ new Set([')),
  );

  const pricesOf = (id: string, cost: Cost): readonly ShippedPrices[] => {
    const { longContext } = cost;
    const withCache = (
      input: number | undefined,
      output: number | undefined,
      read: number | undefined,
    ): Text => ({
      ...(input === undefined ? {} : { input }),
      ...(output === undefined ? {} : { output }),
      ...(read === undefined ? {} : { cachedInput: read }),
      ...(cacheWrites.has(id) && input !== undefined
        ? { cacheWriteInput: new Decimal(String(input)).times('1.25').toNumber() }
        : {}),
    });
    const short = withCache(cost.input, cost.output, cached.get(id));
    const long = longContext && withCache(longContext.input, longContext.output, cachedLong.get(id));
    const threshold = longContext?.threshold ?? 0;
    const ranges = (conditions: Conditions, factor: number): readonly ShippedPrices[] =>
      long === undefined
        ? setOf(textRates(short, factor), conditions)
        : [
            ...setOf(textRates(short, factor), { ...conditions, promptTokens: [0, threshold + 1] }),
            ...setOf(textRates(long, factor), { ...conditions, promptTokens: [threshold + 1] }),
          ];
    const first = priority.get(id);
    const hasTiers = !HAS_ONE_TIER.test(id);
    return [
      ...(cost.audioInput === undefined && cost.audioOutput === undefined
        ? ranges({}, 1)
        : setOf({ ...textRates(short), audioInput: cost.audioInput, audioOutput: cost.audioOutput })),
      ...setOf({
        // Of the same sound as its tokens: for whoever is told the minutes alone.
        audioSecondsIn:
          cost.perMinute === undefined ? undefined : new Decimal(String(cost.perMinute)).times(60).toNumber(),
      }),
      ...(hasTiers ? ranges({ tier: 'BATCH' }, 0.5) : []),
      ...(hasTiers && flex.has(id) ? ranges({ tier: 'FLEX' }, 0.5) : []),
      ...(first === undefined || !hasTiers
        ? []
        : priorityRates(first, long === undefined ? 0 : threshold, cacheWrites.has(id))),
    ];
  };

  const ids = new Map<string, readonly ShippedPrices[]>();
  for (const [id, cost] of costsOf(models)) if (!modal.has(id)) ids.set(id, pricesOf(id, cost));
  for (const [id, rates] of modal) ids.set(id, setOf(modalRates(rates)));
  for (const [id, rates] of imageRates(images))
    ids.set(id, [...(ids.get(id) ?? []), ...setOf(rates, { url: IMAGE_TABLES })]);
  const offerings = [...ids]
    .filter(([, prices]) => prices.length > 0)
    .map(([id, prices]): ShippedOffering => ({ id, prices }))
    .toSorted((one, other) => (one.id < other.id ? -1 : 1));
  const { providers } = withoutDatedTwins({ providers: [{ id: 'openai', offerings }] }, isListed);
  return {
    ...editionOf(edition, {
      source: 'promptfoo',
      name: 'promptfoo',
      licence: PROMPTFOO.licence,
      pageUrl: 'https://github.com/promptfoo/promptfoo/blob/main/src/providers/openai/billing.ts',
    }),
    providers: [
      ...providers.map((openai) => ({
        ...openai,
        // A name of the base in full is asked for in full.
        offerings: [...openai.offerings, ...tunedOfferings(billing)].toSorted((one, other) =>
          one.id < other.id ? -1 : 1,
        ),
      })),
      { id: 'bedrock', url: BEDROCK_TABLE, offerings: bedrockOfferings(bedrock, bedrockIds) },
    ],
  };
};
