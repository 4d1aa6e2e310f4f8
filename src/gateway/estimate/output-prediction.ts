import type { CompletionRequest } from '../../domain/completion-request.ts';
import type { KeyId, ModelSlug } from '../../domain/ids.ts';
import type { Model, Offering } from '../../domain/model.ts';
import { omitUndefined } from '../../domain/omit-undefined.ts';
import type { OutputTokensFilter } from '../../ports/store.ts';

/** KEY_AND_MODEL: what this key had of the model. MODEL: what all keys had. DEFAULT: nothing is known of it. */
export const PREDICTION_BASES = ['KEY_AND_MODEL', 'MODEL', 'DEFAULT'] as const;
export type PredictionBasis = (typeof PREDICTION_BASES)[number];

/** How long an answer will likely be, reasoning included. */
export type OutputPrediction = {
  readonly p50: number;
  readonly p90: number;
  readonly basis: PredictionBasis;
  /** How many completions it is taken from; 0 for DEFAULT. */
  readonly samples: number;
  /** The most that there can be, by the request or the model; absent where neither says. */
  readonly cap?: number;
};

type Lengths = Pick<OutputPrediction, 'p50' | 'p90'>;

const MOST_SAMPLES = 200;
const FEWEST_OF_KEY = 5;
/** Of fewer, a number could tell one key what another did. */
const FEWEST_OF_ALL = 20;

/** A short answer, and a long one; a model that reasons also writes what it thinks. */
const DEFAULTS = { plain: { p50: 300, p90: 1_000 }, reasoning: { p50: 1_200, p90: 5_000 } };

/** The least value that so large a share of them does not exceed. `sorted` has at least one. */
export const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;

const capOf = (
  request: Pick<CompletionRequest, 'maxOutputTokens'>,
  offering: Offering,
): number | undefined => {
  const caps = [request.maxOutputTokens, offering.limits.maxOutputTokens].filter(
    (each): each is number => each !== undefined,
  );
  return caps.length === 0 ? undefined : Math.min(...caps);
};

type Asked = {
  readonly keyId: KeyId;
  readonly model: Model;
  readonly offering: Offering;
  readonly request: Pick<CompletionRequest, 'maxOutputTokens' | 'reasoningEffort'>;
};

const reasons = ({ model, offering, request }: Asked): boolean =>
  request.reasoningEffort !== undefined
    ? request.reasoningEffort !== 'none'
    : model.capabilities.includes('REASONING') || offering.capabilities.includes('REASONING');

/** Predicts from this server's own completions: `outputTokens` gives the latest ones', newest first. */
export const predictOutput = async (
  asked: Asked,
  outputTokens: (filter: OutputTokensFilter, limit: number) => Promise<readonly number[]>,
): Promise<OutputPrediction> => {
  const { keyId, model, offering, request } = asked;
  const cap = capOf(request, offering);
  const capped = (tokens: number): number => (cap === undefined ? tokens : Math.min(tokens, cap));
  const from = (basis: PredictionBasis, { p50, p90 }: Lengths, samples: number): OutputPrediction => ({
    p50: capped(p50),
    p90: capped(p90),
    basis,
    samples,
    ...omitUndefined({ cap }),
  });
  const seen = (basis: PredictionBasis, counts: readonly number[]): OutputPrediction => {
    const sorted = counts.toSorted((one, other) => one - other);
    return from(basis, { p50: percentile(sorted, 0.5), p90: percentile(sorted, 0.9) }, sorted.length);
  };
  const modelSlug: ModelSlug = model.slug;
  const own = await outputTokens({ keyId, modelSlug }, MOST_SAMPLES);
  if (own.length >= FEWEST_OF_KEY) return seen('KEY_AND_MODEL', own);
  const all = await outputTokens({ modelSlug }, MOST_SAMPLES);
  if (all.length >= FEWEST_OF_ALL) return seen('MODEL', all);
  return from('DEFAULT', reasons(asked) ? DEFAULTS.reasoning : DEFAULTS.plain, 0);
};
