import { isJsonObject, type JsonObject } from '../../domain/json.ts';
import type { Capability } from '../../domain/model.ts';
import type { Modality } from '../../domain/price.ts';
import {
  type CatalogueSource,
  EMPTY_READING,
  type SourceFacts,
  type SourceOffering,
  type SourceProblem,
  SourceUnreadable,
} from '../../ports/catalogue-source.ts';
import { createPriceRows, type PriceRows } from '../../price-lists/price-rows.ts';
import { MAX_OFFERINGS, momentIn, nameIn, sizeIn, subjectOf, urlIn } from '../../price-lists/read-values.ts';
import { type LitellmName, litellmProvider, readLitellmName } from './litellm-names.ts';
import { addLitellmPrices } from './litellm-prices.ts';
import { jsonObjectBody } from './row-reading.ts';

/** Sold as a subscription. */
const PLANS = new Set(['github_copilot', 'chatgpt']);

const MODES: { readonly [mode: string]: Capability } = {
  chat: 'COMPLETION',
  completion: 'COMPLETION',
  responses: 'COMPLETION',
  realtime: 'COMPLETION',
  embedding: 'EMBEDDING',
  rerank: 'RERANK',
  moderation: 'MODERATION',
  image_generation: 'IMAGE_GENERATION',
  image_edit: 'IMAGE_GENERATION',
  video_generation: 'VIDEO_GENERATION',
  audio_speech: 'SPEECH',
  audio_transcription: 'TRANSCRIPTION',
  ocr: 'OCR',
};

const FLAGS: { readonly [flag: string]: Capability } = {
  supports_function_calling: 'TOOLS',
  supports_response_schema: 'STRUCTURED_OUTPUT',
  supports_reasoning: 'REASONING',
  supports_prompt_caching: 'PROMPT_CACHING',
  supports_web_search: 'WEB_SEARCH',
  supports_computer_use: 'COMPUTER_USE',
};

const MODALITIES: { readonly [word: string]: Modality } = {
  text: 'TEXT',
  audio: 'AUDIO',
  image: 'IMAGE',
  video: 'VIDEO',
  pdf: 'DOCUMENT',
  document: 'DOCUMENT',
};
const modalitiesIn = (value: unknown): readonly Modality[] =>
  Array.isArray(value)
    ? [...new Set(value.flatMap((word) => (typeof word === 'string' ? (MODALITIES[word] ?? []) : [])))]
    : [];

const factsOf = (row: JsonObject): SourceFacts => {
  const maxInputTokens = sizeIn(row.max_input_tokens);
  const maxOutputTokens = sizeIn(row.max_output_tokens);
  const mode = MODES[typeof row.mode === 'string' ? row.mode : ''];
  const flags = Object.entries(FLAGS);
  const inputModalities = modalitiesIn(row.supported_modalities);
  const outputModalities = modalitiesIn(row.supported_output_modalities);
  const retiresAt = momentIn(row.deprecation_date);
  return {
    limits: {
      ...(maxInputTokens === undefined ? {} : { maxInputTokens }),
      ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    },
    capabilities: [
      ...(mode === undefined ? [] : [mode]),
      ...flags.flatMap(([flag, capability]) => (row[flag] === true ? [capability] : [])),
    ],
    lacks: flags.flatMap(([flag, capability]) => (row[flag] === false ? [capability] : [])),
    ...(inputModalities.length === 0 ? {} : { inputModalities }),
    ...(outputModalities.length === 0 ? {} : { outputModalities }),
    ...(retiresAt === undefined ? {} : { retiresAt }),
  };
};

/** What several keys say of one model at one provider: sizes, regions and commitments are keys of their own. */
type Gathered = {
  readonly providerId: string;
  readonly name: string;
  readonly isPlan: boolean;
  readonly rows: PriceRows;
  facts?: SourceFacts;
  sourceUrl?: string;
  /** Of a key for the model as such, not of one region or size. */
  plain: boolean;
};

const isPlain = (name: LitellmName): boolean =>
  name.region === undefined && name.commitment === undefined && Object.keys(name.attributes).length === 0;

const offeringOf = (gathered: Gathered): SourceOffering => {
  const { rows } = gathered.rows;
  const onlyCommitments = rows.length > 0 && rows.every((row) => row.billing === 'COMMITMENT');
  const isFree = rows.length === 0 && gathered.name.endsWith(':free');
  return {
    providerId: gathered.providerId,
    providerModelId: gathered.name,
    identity: { name: gathered.name },
    facts: gathered.facts ?? {},
    ...(gathered.isPlan
      ? { billing: 'PLAN' as const }
      : onlyCommitments
        ? { billing: 'COMMITMENT' as const }
        : isFree
          ? { billing: 'FREE' as const }
          : {}),
    prices: rows,
    performance: [],
    ...(gathered.sourceUrl === undefined ? {} : { sourceUrl: gathered.sourceUrl }),
  };
};

/** LiteLLM's map of prices in US dollars: also sound, pages, video, images and reranking, and when models retire. */
export const litellm: CatalogueSource = {
  id: 'litellm',
  name: 'LiteLLM price map',
  pageUrl: 'https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json',
  baseUrl: 'https://raw.githubusercontent.com/BerriAI/litellm/main',
  requests: [{ name: 'prices', path: '/model_prices_and_context_window.json' }],
  terms: 'MIT',
  byDefault: true,
  storable: true,
  parse: (bodies) => {
    const list = jsonObjectBody(bodies, 'prices');
    const problems: SourceProblem[] = [];
    const offerings = new Map<string, Gathered>();
    for (const [key, row] of Object.entries(list)) {
      if (offerings.size >= MAX_OFFERINGS) break;
      const word = isJsonObject(row) ? nameIn(row.litellm_provider) : undefined;
      const subject = subjectOf(word ?? '?', key);
      const isNote = key === 'sample_spec' || key === 'fallback_generalizations';
      if (nameIn(key) === undefined || !isJsonObject(row) || word === undefined) {
        if (!isNote)
          problems.push({ subject, reason: 'MALFORMED', detail: 'It is not a model of a provider.' });
        continue;
      }
      const name = readLitellmName(key, word);
      if (name === undefined) continue;
      const providerId = litellmProvider(word);
      const id = `${providerId}/${name.providerModelId}`;
      const gathered: Gathered = offerings.get(id) ?? {
        providerId,
        name: name.providerModelId,
        isPlan: PLANS.has(word),
        rows: createPriceRows(subjectOf(id), problems),
        plain: false,
      };
      offerings.set(id, gathered);
      if (!gathered.isPlan) {
        addLitellmPrices(gathered.rows, row, name, providerId);
      }
      if (gathered.facts === undefined || (!gathered.plain && isPlain(name))) {
        const sourceUrl = urlIn(row.source);
        gathered.facts = factsOf(row);
        if (sourceUrl !== undefined) gathered.sourceUrl = sourceUrl;
        gathered.plain = isPlain(name);
      }
    }
    if (offerings.size === 0)
      throw new SourceUnreadable('The answer "prices" has no model that can be read.');
    return { ...EMPTY_READING, offerings: [...offerings.values()].map(offeringOf), problems };
  },
};
