import { isJsonObject, type JsonObject } from '../../domain/json.ts';
import {
  EMPTY_READING,
  type SourceModel,
  type SourceOffering,
  type SourceProblem,
  type SourceProvider,
  type SourceReading,
} from '../../ports/catalogue-source.ts';
import { createPriceRows } from '../price-rows.ts';
import { dayIn, MAX_OFFERINGS, momentIn, nameIn, sizeIn, subjectOf, textIn, urlIn } from '../read-values.ts';
import { hostApiName, isTakenByLab, labModels } from './lab-models.ts';
import { addRates } from './rates.ts';

const latest = (...moments: readonly (string | undefined)[]): string | undefined =>
  moments
    .filter((moment) => moment !== undefined)
    .toSorted()
    .at(-1);

/** A fact of the list that has no word here, and why. */
export type SkippedFact = { readonly subject: string; readonly fact: string; readonly reason: string };

export type ConvertedList = {
  readonly reading: SourceReading;
  readonly skipped: readonly SkippedFact[];
};

/** The list's providers that have another id here. */
const OUR_IDS: { readonly [word: string]: string } = {
  aws: 'bedrock',
  'x-ai': 'xai',
  moonshotai: 'moonshot',
  zhipuai: 'zhipu',
  voyageai: 'voyage',
};

/** Providers whose list is of their own models, and the lab's word in slugs. */
const LABS: { readonly [word: string]: string } = {
  anthropic: 'anthropic',
  arcee: 'arcee-ai',
  cohere: 'cohere',
  cursor: 'cursor',
  deepseek: 'deepseek',
  google: 'google',
  minimax: 'minimax',
  mistral: 'mistral',
  moonshotai: 'moonshotai',
  openai: 'openai',
  perplexity: 'perplexity',
  typesafe: 'typesafe',
  voyageai: 'voyageai',
  'x-ai': 'xai',
  zai: 'zhipuai',
  zhipuai: 'zhipuai',
};

/** Whether an entry of a lab's own list is another lab's model that it serves. */
const isOthers = (word: string, id: string): boolean =>
  (word === 'google' && id.startsWith('claude-')) ||
  (word === 'cursor' && id.startsWith('grok-')) ||
  (word === 'arcee' && id.includes('/'));

/**
 * The providers here that serve an entry. Google's list is of its two APIs, of which one has Anthropic's models too; OpenAI's
 * has the open weights that others serve.
 */
const servedBy = (word: string, id: string): readonly string[] => {
  if (word === 'google') return id.startsWith('claude-') ? ['vertex'] : ['google', 'vertex'];
  if (word === 'openai' && id.startsWith('gpt-oss')) return [];
  return [OUR_IDS[word] ?? word];
};

/** Last day on which a comment says that the price was compared with the provider's page. */
const checkedDay = (...comments: readonly unknown[]): string | undefined => {
  for (const comment of comments) {
    if (typeof comment !== 'string') continue;
    const said = comment
      .slice(0, 4000)
      .match(/\bcheck(?:ed)?\b.{0,80}?\d{4}-\d{2}-\d{2}(?: and \d{4}-\d{2}-\d{2})?/gi);
    const day = said
      ?.join(' ')
      .match(/\d{4}-\d{2}-\d{2}/g)
      ?.toSorted()
      .at(-1);
    if (dayIn(day) !== undefined) return momentIn(day);
  }
  return undefined;
};

type Entry = {
  readonly id: string;
  readonly match: unknown;
  readonly name?: string;
  readonly description?: string;
  /** What every offering of the entry has. */
  readonly shared: Omit<SourceOffering, 'providerId' | 'providerModelId' | 'identity'>;
};

/** The organization that an id of a model hub states, e.g. `Qwen/Qwen3-32B`. */
const statedIdentity = (id: string): SourceOffering['identity'] => {
  const found = /^(?:@cf\/)?([^/~]+)\/([^/]+?)(?::free)?$/.exec(id);
  const [, lab, name] = found ?? [];
  return lab === undefined || name === undefined ? {} : { lab, name };
};

/** Reads one list; what it cannot use goes to `problems` and `skipped`. */
class ListReader {
  readonly providers: SourceProvider[] = [];
  readonly models: SourceModel[] = [];
  readonly offerings: SourceOffering[] = [];
  readonly problems: SourceProblem[] = [];
  readonly skipped: SkippedFact[] = [];

  addProvider(provider: unknown): void {
    const word = isJsonObject(provider) ? nameIn(provider.id)?.toLowerCase() : undefined;
    if (!isJsonObject(provider) || word === undefined || !Array.isArray(provider.models)) {
      this.problems.push({
        subject: word ?? '?',
        reason: 'MALFORMED',
        detail: 'A provider without id or models.',
      });
      return;
    }
    const name = textIn(provider.name);
    const pricingUrls: readonly unknown[] = Array.isArray(provider.pricing_urls) ? provider.pricing_urls : [];
    const docsUrl = urlIn(pricingUrls[0]);
    this.providers.push({
      providerId: OUR_IDS[word] ?? word,
      ...(name !== undefined && { name }),
      ...(docsUrl !== undefined && { docsUrl }),
    });
    const listed: readonly unknown[] = provider.models;
    const entries = listed
      .filter(isJsonObject)
      .flatMap((model) => this.#entry(provider, word, model, docsUrl) ?? []);
    const lab = LABS[word];
    const own = lab === undefined ? [] : entries.filter(({ id }) => !isOthers(word, id));
    if (lab !== undefined) this.#addLab(word, lab, own);
    for (const entry of entries)
      if (!own.includes(entry))
        this.#add(word, entry, hostApiName(word, entry), statedIdentity(entry.id), entry.name);
  }

  #addLab(word: string, lab: string, entries: readonly Entry[]): void {
    for (const { entry, name, providerModelId, aliases } of labModels(lab, entries)) {
      const slug = `${lab}/${name}`;
      // The entry's name is of one of the models that share it.
      const isNamed = entry.id.toLowerCase().startsWith(name) || name === entry.id.toLowerCase();
      const title = isNamed ? entry.name : undefined;
      this.models.push({
        slug,
        ...(title !== undefined && { name: title }),
        ...(entry.description !== undefined && { description: entry.description }),
        aliases,
        facts: entry.shared.facts,
        quality: [],
        ...(entry.shared.sourceUrl !== undefined && { sourceUrl: entry.shared.sourceUrl }),
      });
      if (isTakenByLab(lab, providerModelId.toLowerCase()))
        this.#add(word, entry, providerModelId, { slug }, title);
    }
  }

  #add(
    word: string,
    { id, shared }: Entry,
    providerModelId: string,
    identity: SourceOffering['identity'],
    name: string | undefined,
  ): void {
    for (const providerId of servedBy(word, id)) {
      if (this.offerings.length >= MAX_OFFERINGS) return;
      const { billing, ...others } = shared;
      this.offerings.push({
        ...others,
        // What Google's own API gives for nothing its cloud does not.
        ...(billing !== undefined && providerId !== 'vertex' && { billing }),
        providerId,
        providerModelId,
        identity,
        ...(name !== undefined && { name }),
      });
    }
  }

  #entry(
    provider: JsonObject,
    word: string,
    model: JsonObject,
    sourceUrl: string | undefined,
  ): Entry | undefined {
    const id = nameIn(model.id);
    const subject = subjectOf(word, id ?? '?');
    const refuse = (detail: string): void => {
      this.problems.push({ subject, reason: 'MALFORMED', detail });
    };
    if (id === undefined) {
      refuse('A model has no id.');
      return undefined;
    }
    if (id.startsWith('ft:') || id.endsWith('.ft-')) {
      this.skipped.push({ subject, fact: 'model', reason: 'a rate of fine-tuned models, not a model' });
      return undefined;
    }
    if (word === 'openrouter' && !id.includes('/')) {
      this.skipped.push({ subject, fact: 'model', reason: 'OpenRouter takes no id without an organization' });
      return undefined;
    }
    const rows = createPriceRows(subject, this.problems);
    const skip = (fact: string): void => {
      this.skipped.push({ subject, fact, reason: 'no meter counts it' });
    };
    addRates({ rows, refuse, skip }, word, id, model.prices);
    const isFree =
      rows.rows.length === 0 &&
      ((typeof model.price_comments === 'string' && model.price_comments.includes('Free of charge')) ||
        (word === 'openrouter' && id.endsWith(':free')));
    const checkedAt = latest(
      momentIn(model.prices_checked),
      checkedDay(model.price_comments, provider.price_comments),
    );
    const contextWindow = sizeIn(model.context_window);
    const name = textIn(model.name);
    const description = typeof model.description === 'string' ? model.description.trim() : '';
    return {
      id,
      match: model.match,
      ...(name !== undefined && { name }),
      ...(description !== '' && { description: description.slice(0, MAX_DESCRIPTION) }),
      shared: {
        facts: {
          ...(contextWindow !== undefined && { limits: { contextWindow } }),
          ...(model.deprecated === true && { deprecated: true }),
        },
        ...(word === 'aws' && id.startsWith('global.') && { region: 'global' }),
        ...(isFree && { billing: 'FREE' as const }),
        prices: checkedAt === undefined ? rows.rows : rows.rows.map((row) => ({ ...row, checkedAt })),
        performance: [],
        ...(sourceUrl !== undefined && { sourceUrl }),
      },
    };
  }
}

/** Longest description that is taken, in characters. */
const MAX_DESCRIPTION = 4000;

/**
 * What Pydantic's list of prices says, as shipped in its package or read live: both have one form. `list` is the list of
 * providers and may hold anything.
 */
export const convertGenaiPrices = (list: readonly unknown[]): ConvertedList => {
  const reader = new ListReader();
  for (const provider of list) reader.addProvider(provider);
  const { providers, models, offerings, problems, skipped } = reader;
  return { reading: { ...EMPTY_READING, providers, models, offerings, problems }, skipped };
};
