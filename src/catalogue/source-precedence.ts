/**
 * Precedence of sources. Of prices, the operator and a provider's own list as read live come first, whatever their age;
 * of all other sources the newer statement does, and those of about the same age go by rank (see merge/statement.ts):
 * a newer shipped list comes before an older live one. Facts go by rank alone. Lower ranks win.
 *
 * 0   `overrides`    the operator's file
 * 1   `config`       what the operator declares of a provider
 * 2   own list       what the provider itself publishes, read live, for its own offerings alone
 * 3   genai-prices   read live: people compare it with the providers' pages, and it has dates and windows
 * 4   models-dev     wide and fresh, flat or by prompt size
 * 5   litellm        wide; its units need watching
 * 6   portkey        wide in regions and tiers; no dates
 * 7   any other      read live
 * 7.5 deepseek-page  shipped: the provider's own page, read by a person
 * 8   genai-prices   shipped
 * 8.5 modelgraph     shipped: rows looked up one by one for what no list has
 * 8.6 lifecycle      shipped: days of release and retirement, looked up one by one
 * 9   pi-ai          shipped: without dates and windows
 * 10  any other      shipped
 * 98  `rules`        what follows from a rule of the provider: served where no source states the rate
 * 99  opinions       rates that a list states in passing: shown, never served
 */
const RANKS: { readonly [source: string]: number } = {
  overrides: 0,
  config: 1,
  'genai-prices': 3,
  'models-dev': 4,
  litellm: 5,
  portkey: 6,
};

/** Shipped with this server, best first. */
const SHIPPED_RANKS: { readonly [source: string]: number } = {
  // The provider's own page, read by a person.
  'deepseek-page': 7.5,
  'genai-prices': 8,
  // Looked up row by row for what no list has.
  modelgraph: 8.5,
  lifecycle: 8.6,
  'pi-ai': 9,
};

/** Sources that are a provider's own list, and the provider. */
const OWNER: { readonly [source: string]: string } = {
  'huggingface-router': 'huggingface',
  'vercel-gateway': 'vercel',
  openrouter: 'openrouter',
  together: 'together',
  deepinfra: 'deepinfra',
};

const OWN_LIST = 2;
const OTHER = 7;
const OTHER_SHIPPED = 10;

/** Of lists that state a rate in passing, e.g. beside a score: shown beside the others, never served. */
export const OPINION_RANK = 99;
/** What follows from a rule of the provider: served where no source states the rate, and compared with it elsewhere. */
export const RULES_SOURCE = 'rules';
export const RULES_RANK = 98;
export const OVERRIDES_RANK = 0;
export const CONFIG_RANK = 1;

/** Rank of a source for one provider's offerings; lower ranks win. */
export const sourceRank = (source: string, providerId: string, shipped: boolean): number => {
  if (shipped) return SHIPPED_RANKS[source] ?? OTHER_SHIPPED;
  if (OWNER[source] === providerId) return OWN_LIST;
  return RANKS[source] ?? OTHER;
};

/** Whether the operator says it: never doubted. */
export const isOperators = (rank: number): boolean => rank <= CONFIG_RANK;

/** Whether it is shipped, and was taken from the provider's own page by a person. */
export const isOwnPage = (rank: number): boolean => rank > OTHER && rank < 8;

/** Whether it is what a provider publishes of its own offerings, read live. */
export const isOwnList = (rank: number): boolean => rank === OWN_LIST;

/** Whether it came with this server instead of from the network. */
export const isShipped = (rank: number): boolean => rank > OTHER;

/** Rank of a source of exchange rates: the operator's, the central bank's, then those that repeat it. */
export const fxRank = (source: string): number => {
  const rank = ['overrides', 'config', 'ecb', 'frankfurter'].indexOf(source);
  return rank < 0 ? 4 : rank;
};
