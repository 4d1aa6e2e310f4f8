import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { Attempt } from '../../domain/attempt.ts';
import type { BegunAttempt, BegunTerms, InterruptedOperation } from '../../domain/begun-attempt.ts';
import type { CompletionRequest } from '../../domain/completion-request.ts';
import { failureOf } from '../../domain/failure.ts';
import type { Offering } from '../../domain/model.ts';
import type { OperationRecord } from '../../domain/operation-record.ts';
import { type Usage, usageOf } from '../../domain/usage.ts';
import { expectedOutput } from '../routing/expected-tokens.ts';
import type { RoutedPlan } from '../routing/route-plan.ts';
import { billFor, thinkingOf } from './meter.ts';
import { recordOf } from './record.ts';

const CHARACTERS_PER_TOKEN = 4;
const TOKENS_OF_A_TOOL = 100;

/** What a completion is likely to use, told without looking at its text: this is done for every request. */
export const roughUsage = (
  { characters, inputTokens }: Pick<RoutedPlan, 'characters' | 'inputTokens'>,
  offering: Offering,
  request: CompletionRequest,
): Usage =>
  usageOf({
    input:
      characters === undefined
        ? inputTokens()
        : Math.ceil(characters / CHARACTERS_PER_TOKEN) + request.tools.length * TOKENS_OF_A_TOOL,
    output: expectedOutput(offering, request),
  });

/** Undefined where all is as usual. */
export const begunTermsOf = (request: CompletionRequest): BegunTerms | undefined => {
  const { serviceTier, inferenceRegion: region } = request;
  const thinking = thinkingOf(request);
  return serviceTier === undefined && region === undefined && thinking === undefined
    ? undefined
    : { serviceTier, thinking, region };
};

const INTERRUPTED = failureOf(
  'STOPPED',
  'This server ended abruptly before the answer was whole. What was used is an estimate, made before the request was sent.',
);

const attemptOf = ({ attempt, usage }: BegunAttempt, until: Date): Attempt => {
  const { offeringId, providerId, startedAt } = attempt;
  return {
    ...attempt,
    status: 'FAILED',
    durationMs: Math.max(0, until.getTime() - startedAt.getTime()),
    failure: { ...INTERRUPTED, offeringId, providerId },
    ...(usage !== undefined && { usage, usageEstimated: true }),
  };
};

/** The row of an operation whose process ended before it did: what was under way counts as sent, with what it was likely to use. */
export const interruptedRow = (
  { begun, until }: InterruptedOperation,
  catalogue: Catalogue,
): OperationRecord => {
  const last = begun.at(-1) ?? begun[0];
  const { id, operation, keyId, createdAt, route, attempt: lastAttempt } = last;
  const over = new Map(last.over.map((attempt) => [attempt.index, attempt]));
  const termsOf = (offeringId: Offering['id']): BegunTerms | undefined =>
    begun.find(({ attempt }) => attempt.offeringId === offeringId)?.terms;
  const attempts = begun.map((each) => over.get(each.attempt.index) ?? attemptOf(each, until));
  const totalMs = Math.max(0, until.getTime() - createdAt.getTime());
  const bill = billFor(attempts, catalogue, totalMs, termsOf, operation);
  const { offeringId, providerId } = lastAttempt;
  const ending = { kind: 'FAILED', failure: { ...INTERRUPTED, offeringId, providerId } } as const;
  return recordOf({ id, operation, keyId, createdAt, route, bill, warnings: [], ending, tags: last });
};
