import type { ProviderId } from './ids.ts';
import type { Offering } from './model.ts';
import type { ProviderKind } from './provider.ts';

/**
 * How long a provider keeps what API requests say, by default. ZERO: not at all. BY_REQUEST: it keeps them for `days`, or for as
 * long as is not stated, and not at all for customers who ask for that or turn it on. DAYS: for so many days. UNKNOWN: not documented.
 */
export const DATA_RETENTIONS = ['ZERO', 'BY_REQUEST', 'DAYS', 'UNKNOWN'] as const;
export type DataRetentionKind = (typeof DATA_RETENTIONS)[number];

export type DataRetention = {
  readonly kind: DataRetentionKind;
  readonly days?: number;
  /** For a person. */
  readonly detail: string;
  /** The provider's own page; absent if the kind follows from the provider's nature. */
  readonly sourceUrl?: string;
  /** Day on which the page was read, `YYYY-MM-DD`. */
  readonly checkedOn?: string;
};

type Row = Omit<DataRetention, 'detail'> & { readonly sourceUrl: string; readonly checkedOn: string };

/** By the id of the provider. A provider without a row is UNKNOWN. */
const ROWS: { readonly [providerId: string]: Row } = {
  openai: {
    kind: 'BY_REQUEST',
    days: 30,
    sourceUrl: 'https://developers.openai.com/api/docs/guides/your-data',
    checkedOn: '2026-11-30',
  },
  anthropic: {
    kind: 'BY_REQUEST',
    sourceUrl: 'https://platform.claude.com/docs/en/manage-claude/api-and-data-retention',
    checkedOn: '2026-11-30',
  },
  bedrock: {
    kind: 'BY_REQUEST',
    sourceUrl: 'https://docs.aws.amazon.com/bedrock/latest/userguide/data-retention.html',
    checkedOn: '2026-11-30',
  },
  vertex: {
    kind: 'BY_REQUEST',
    sourceUrl: 'https://docs.cloud.google.com/gemini-enterprise-agent-platform/resources/zero-data-retention',
    checkedOn: '2026-11-30',
  },
  groq: {
    kind: 'ZERO',
    sourceUrl: 'https://console.groq.com/docs/your-data',
    checkedOn: '2026-11-30',
  },
  fireworks: {
    kind: 'ZERO',
    sourceUrl: 'https://docs.fireworks.ai/guides/security_compliance/data_handling',
    checkedOn: '2026-11-30',
  },
  deepinfra: {
    kind: 'ZERO',
    sourceUrl: 'https://deepinfra.com/docs/data',
    checkedOn: '2026-11-30',
  },
};

const LOCAL: DataRetention = { kind: 'ZERO', detail: 'It runs on this machine; nothing leaves it.' };

const detailOf = ({ kind, days }: Row): string => {
  const kept = days === undefined ? 'It keeps requests' : `It keeps requests for ${days} days`;
  switch (kind) {
    case 'ZERO':
      return 'It keeps nothing of requests by default.';
    case 'BY_REQUEST':
      return `${kept}; customers can ask for or turn on zero retention.`;
    case 'DAYS':
      return `${kept}.`;
    case 'UNKNOWN':
      return 'It does not say how long it keeps requests.';
  }
};

/** What a provider documents of API requests; facts of contracts that customers have with it are not known here. */
export const dataRetentionOf = (id: ProviderId, kind: ProviderKind | undefined): DataRetention => {
  const row = Object.hasOwn(ROWS, id) ? ROWS[id] : undefined;
  if (row !== undefined) return { ...row, detail: detailOf(row) };
  if (kind === 'LOCAL' || kind === 'SANDBOX') return LOCAL;
  return { kind: 'UNKNOWN', detail: `No source states how long ${id} keeps requests.` };
};

/** Labs that run their closed models themselves: hosts that sell those pass requests on to them. */
const CLOSED_LABS: ReadonlySet<string> = new Set([
  'amazon',
  'anthropic',
  'cohere',
  'deepgram',
  'elevenlabs',
  'google',
  'openai',
  'perplexity',
  'voyageai',
  'xai',
]);

/** What those labs have published for anyone to run. */
const PUBLISHED = /gpt-oss|whisper|gemma/;

const RUNS_ELSEWHERE: ReadonlySet<ProviderKind> = new Set(['HOST', 'CLOUD', 'AGGREGATOR', 'RELAY']);

type Served = Pick<Offering, 'modelSlug' | 'openWeights'>;

/**
 * Whether a provider may pass requests on to the maker of the model: its weights are known to be closed, or it is of a lab
 * whose models are, unless they are known to be open.
 */
export const isResold = ({ modelSlug, openWeights }: Served, kind: ProviderKind | undefined): boolean => {
  if (kind === undefined || !RUNS_ELSEWHERE.has(kind)) return false;
  if (openWeights !== undefined) return !openWeights;
  const slash = modelSlug.indexOf('/');
  return (
    CLOSED_LABS.has(modelSlug.slice(0, Math.max(0, slash))) && !PUBLISHED.test(modelSlug.slice(slash + 1))
  );
};

/** As its provider documents it, which says nothing of what the makers of resold models keep. */
export const offeringRetention = (
  offering: Served & Pick<Offering, 'providerId'>,
  kind: ProviderKind | undefined,
): DataRetention => {
  const stated = dataRetentionOf(offering.providerId, kind);
  return stated.kind === 'ZERO' && isResold(offering, kind)
    ? {
        ...stated,
        kind: 'UNKNOWN',
        detail: `${offering.providerId} keeps nothing, but passes requests on to the maker of the model, who may.`,
      }
    : stated;
};
