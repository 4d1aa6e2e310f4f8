import { isJsonObject, type JsonObject } from '../../domain/json.ts';
import { METERS } from '../../domain/meters.ts';
import type { Capability } from '../../domain/model.ts';
import type { Meter, Modality, PriceConditions } from '../../domain/price.ts';
import {
  type CatalogueSource,
  EMPTY_READING,
  type SourceFacts,
  type SourceModel,
  type SourceOffering,
  type SourceProblem,
  type SourceProvider,
  type SourceQuality,
  SourceUnreadable,
} from '../../ports/catalogue-source.ts';
import { createPriceRows, type PriceRows, promptOver } from '../../price-lists/price-rows.ts';
import {
  cutoffIn,
  MAX_OFFERINGS,
  momentIn,
  nameIn,
  sizeIn,
  subjectOf,
  textIn,
  urlIn,
} from '../../price-lists/read-values.ts';
import { listAt, objectAt, objectsAt } from '../../wire/json-reading.ts';
import { jsonObjectBody } from './row-reading.ts';

/** The list's providers whose word is not ours. */
const PROVIDERS: { readonly [word: string]: string } = {
  alibaba: 'dashscope',
  'alibaba-cn': 'dashscope-cn',
  'amazon-bedrock': 'bedrock',
  'cloudflare-workers-ai': 'cloudflare',
  'fireworks-ai': 'fireworks',
  'github-models': 'github',
  'google-vertex': 'vertex',
  'google-vertex-anthropic': 'vertex',
  'kimi-for-coding': 'kimi-coding',
  moonshotai: 'moonshot',
  'moonshotai-cn': 'moonshot-cn',
  'novita-ai': 'novita',
  togetherai: 'together',
  zhipuai: 'zhipu',
};

/** Sold as a subscription: the figures are zeroes, or what the tokens would cost elsewhere. */
const isPlan = (word: string): boolean =>
  /-(coding|token)-plan(-|$)/.test(word) ||
  ['github-copilot', 'kimi-for-coding', 'opencode-go'].includes(word);

const RATES: { readonly [key: string]: Meter } = {
  input: METERS.input,
  output: METERS.output,
  cache_read: METERS.cacheRead,
  cache_write: METERS.cacheWrite5m,
  input_audio: METERS.audioInput,
  output_audio: METERS.audioOutput,
};

const MODALITIES: { readonly [word: string]: Modality } = {
  text: 'TEXT',
  audio: 'AUDIO',
  image: 'IMAGE',
  video: 'VIDEO',
  pdf: 'DOCUMENT',
};
const modalitiesOf = (words: readonly unknown[]): readonly Modality[] =>
  words.flatMap((word) => (typeof word === 'string' ? (MODALITIES[word] ?? []) : []));

const FLAGS: { readonly [flag: string]: Capability } = {
  tool_call: 'TOOLS',
  structured_output: 'STRUCTURED_OUTPUT',
  reasoning: 'REASONING',
};

const factsOf = (row: JsonObject): SourceFacts => {
  const limit = objectAt(row, 'limit');
  const contextWindow = sizeIn(limit?.context);
  const maxInputTokens = sizeIn(limit?.input);
  const maxOutputTokens = sizeIn(limit?.output);
  const modalities = objectAt(row, 'modalities');
  const inputModalities = modalitiesOf(listAt(modalities, 'input'));
  const outputModalities = modalitiesOf(listAt(modalities, 'output'));
  const flagged = Object.entries(FLAGS);
  const capabilities = flagged.flatMap(([flag, capability]) => (row[flag] === true ? [capability] : []));
  const lacks = flagged.flatMap(([flag, capability]) => (row[flag] === false ? [capability] : []));
  const releaseDate = momentIn(row.release_date);
  const knowledgeCutoff = cutoffIn(row.knowledge);
  return {
    limits: {
      ...(contextWindow === undefined ? {} : { contextWindow }),
      ...(maxInputTokens === undefined ? {} : { maxInputTokens }),
      ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    },
    ...(inputModalities.length === 0 ? {} : { inputModalities }),
    ...(outputModalities.length === 0 ? {} : { outputModalities }),
    capabilities,
    lacks,
    ...(releaseDate === undefined ? {} : { releaseDate }),
    ...(knowledgeCutoff === undefined ? {} : { knowledgeCutoff }),
    ...(typeof row.open_weights === 'boolean' ? { openWeights: row.open_weights } : {}),
    ...(typeof row.license === 'string' && row.license.length <= 100 ? { licence: row.license } : {}),
    ...(row.status === 'deprecated' ? { deprecated: true } : {}),
  };
};

/** Alibaba prices the whole answer by whether the model thinks; elsewhere the rate is of the thinking alone. */
const addRates = (
  rows: PriceRows,
  providerId: string,
  cost: JsonObject,
  conditions: PriceConditions,
): void => {
  for (const [key, meter] of Object.entries(RATES)) {
    rows.add({ word: `cost.${key}`, amount: cost[key], meter, of: 1_000_000, conditions });
  }
  const reasoning = { word: 'cost.reasoning', amount: cost.reasoning, of: 1_000_000 };
  if (/^dashscope/.test(providerId)) {
    rows.add({ ...reasoning, meter: METERS.output, conditions: { ...conditions, thinking: true } });
  } else {
    rows.add({ ...reasoning, meter: METERS.reasoning, conditions });
  }
};

/** `size`: prompts with more tokens than that. A rate that a tier leaves out is not stated for it. */
const addPrices = (rows: PriceRows, providerId: string, cost: JsonObject): void => {
  const over200k = objectAt(cost, 'context_over_200k');
  const tiers = objectsAt(cost, 'tiers')
    .flatMap((tier) => {
      const size = sizeIn(objectAt(tier, 'tier')?.size);
      return size === undefined ? [] : [{ size, rates: tier }];
    })
    .toSorted((one, other) => one.size - other.size);
  if (tiers.length === 0 && over200k !== undefined) tiers.push({ size: 200_000, rates: over200k });
  const [lowest] = tiers;
  addRates(rows, providerId, cost, lowest === undefined ? {} : promptOver(0, lowest.size));
  tiers.forEach(({ size, rates }, index) => {
    addRates(rows, providerId, rates, promptOver(size, tiers[index + 1]?.size));
  });
};

const offeringOf = (
  word: string,
  id: string,
  row: JsonObject,
  docsUrl: string | undefined,
  problems: SourceProblem[],
): SourceOffering => {
  const providerId = PROVIDERS[word] ?? word;
  const rows = createPriceRows(subjectOf(word, id), problems);
  const cost = objectAt(row, 'cost');
  const plan = isPlan(word);
  if (cost !== undefined && !plan) addPrices(rows, providerId, cost);
  const isFree = !plan && rows.rows.length === 0 && id.endsWith(':free');
  const slug = nameIn(row.base_model);
  const name = textIn(row.name);
  return {
    providerId,
    providerModelId: id,
    ...(name === undefined ? {} : { name }),
    identity: {
      ...(slug !== undefined && /^[^/\s]+\/\S+$/.test(slug) ? { slug: slug.toLowerCase() } : {}),
      name: id,
    },
    facts: factsOf(row),
    ...(plan ? { billing: 'PLAN' as const } : isFree ? { billing: 'FREE' as const } : {}),
    prices: rows.rows,
    performance: [],
    ...(docsUrl === undefined ? {} : { sourceUrl: docsUrl }),
  };
};

/** Scores that come from Artificial Analysis, also by way of OpenRouter's pages, may not be passed on. */
const mayPassOn = (name: string, source: string | undefined): boolean =>
  !/artificial\s*analysis/i.test(name) && !/artificialanalysis|openrouter\.ai/i.test(source ?? '');

/** The list copies what labs say of their own models, but for boards of others. */
const isThirdParty = (source: string | undefined): boolean =>
  /\/\/(?:[\w-]+\.)*(?:aider\.chat|tbench\.ai|swebench\.com|scale\.com|livebench\.ai|epoch\.ai|lmarena\.ai|arena\.ai)\//.test(
    `${source ?? ''}/`,
  );

const qualityOf = (row: JsonObject): readonly SourceQuality[] =>
  objectsAt(row, 'benchmarks').flatMap(({ name: stated, score, metric, source, date }) => {
    const name = nameIn(stated);
    const sourceUrl = urlIn(source);
    if (name === undefined || typeof score !== 'number' || !Number.isFinite(score)) return [];
    if (!mayPassOn(name, sourceUrl)) return [];
    const benchmark = name
      .normalize('NFKD')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}.]+/gu, '-')
      .replaceAll(/^-|-$/g, '');
    const isShare = typeof metric === 'string' && /percent|rate|resolved/.test(metric);
    const day = momentIn(date)?.slice(0, 10);
    return [
      {
        benchmark,
        score,
        ...(isShare && score >= 0 && score <= 100 ? { maximum: 100 } : {}),
        ...(sourceUrl === undefined ? {} : { sourceUrl }),
        ...(day === undefined ? {} : { date: day }),
        reportedBy: isThirdParty(sourceUrl) ? 'INDEPENDENT' : 'LAB',
      },
    ];
  });

const huggingFaceIdOf = (row: JsonObject): string | undefined => {
  for (const { url } of objectsAt(row, 'weights')) {
    const found = /^https:\/\/huggingface\.co\/([\w.-]+\/[\w.-]+)\/?$/.exec(urlIn(url) ?? '');
    if (found?.[1] !== undefined) return found[1];
  }
  return undefined;
};

const modelOf = (slug: string, row: JsonObject): SourceModel => {
  const name = textIn(row.name);
  const huggingFaceId = huggingFaceIdOf(row);
  return {
    slug: slug.toLowerCase(),
    ...(name === undefined ? {} : { name }),
    aliases: [],
    ...(huggingFaceId === undefined ? {} : { huggingFaceId }),
    facts: factsOf(row),
    quality: qualityOf(row),
  };
};

const readModels = (catalog: JsonObject, problems: SourceProblem[]): readonly SourceModel[] =>
  Object.entries(objectAt(catalog, 'models') ?? {})
    .slice(0, MAX_OFFERINGS)
    .flatMap(([slug, row]) => {
      if (isJsonObject(row) && nameIn(slug) !== undefined && /^[^/\s]+\/\S+$/.test(slug))
        return [modelOf(slug, row)];
      problems.push({
        subject: subjectOf(slug),
        reason: 'MALFORMED',
        detail: 'It is not a model with a slug.',
      });
      return [];
    });

/** models.dev: which canonical model every offering is, limits, modalities, dates, and prices in US dollars. */
export const modelsDev: CatalogueSource = {
  id: 'models-dev',
  name: 'models.dev',
  pageUrl: 'https://models.dev',
  baseUrl: 'https://models.dev',
  requests: [
    { name: 'api', path: '/api.json' },
    { name: 'catalog', path: '/catalog.json' },
  ],
  terms: 'MIT',
  byDefault: true,
  storable: true,
  parse: (bodies) => {
    const list = jsonObjectBody(bodies, 'api');
    const problems: SourceProblem[] = [];
    const providers: SourceProvider[] = [];
    const offerings: SourceOffering[] = [];
    // Vertex is two providers in the list, which share some models.
    const taken = new Set<string>();
    for (const [stated, provider] of Object.entries(list)) {
      const word = nameIn(stated)?.toLowerCase();
      const models = isJsonObject(provider) ? objectAt(provider, 'models') : undefined;
      if (word === undefined || !isJsonObject(provider) || models === undefined) {
        problems.push({
          subject: subjectOf(stated),
          reason: 'MALFORMED',
          detail: 'A provider without models.',
        });
        continue;
      }
      const name = textIn(provider.name);
      const docsUrl = urlIn(provider.doc);
      const baseUrl = urlIn(provider.api);
      providers.push({
        providerId: PROVIDERS[word] ?? word,
        ...(name === undefined ? {} : { name }),
        ...(docsUrl === undefined ? {} : { docsUrl }),
        ...(baseUrl === undefined ? {} : { baseUrl }),
      });
      for (const [key, row] of Object.entries(models)) {
        if (offerings.length >= MAX_OFFERINGS) break;
        const id = nameIn(isJsonObject(row) ? (row.id ?? key) : key);
        if (!isJsonObject(row) || id === undefined) {
          problems.push({ subject: subjectOf(word, key), reason: 'MALFORMED', detail: 'It is not a model.' });
          continue;
        }
        const name = `${PROVIDERS[word] ?? word}/${id}`;
        if (taken.has(name)) continue;
        taken.add(name);
        offerings.push(offeringOf(word, id, row, docsUrl, problems));
      }
    }
    if (offerings.length === 0) throw new SourceUnreadable('The answer "api" has no model that can be read.');
    const models =
      bodies.catalog === undefined ? [] : readModels(jsonObjectBody(bodies, 'catalog'), problems);
    return { ...EMPTY_READING, providers, models, offerings, problems };
  },
};
