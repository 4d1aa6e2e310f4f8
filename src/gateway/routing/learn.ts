import { type Catalogue, calledOffering } from '../../catalogue/catalogue.ts';
import type { CompletionRecord } from '../../domain/completion-record.ts';
import type { OfferingId } from '../../domain/ids.ts';
import { cachedTokensOf, inputTokensOf, outputTokensOf, type Usage } from '../../domain/usage.ts';
import type { CompiledRoutes } from './compiled-routes.ts';
import { conversationKeyOf, userTurnsOf } from './conversation-key.ts';
import type { ConversationMemory } from './conversation-memory.ts';
import { WARM_MS } from './order-context.ts';
import type { OutputLengths } from './output-length.ts';
import type { RouteAsk } from './route-ask.ts';

export type LearnDependencies = {
  readonly catalogue: Catalogue;
  /** Absent: nobody goes by it. */
  readonly memory: ConversationMemory | undefined;
  readonly outputLengths: OutputLengths;
  readonly compile: CompiledRoutes;
  readonly now: () => Date;
};

/**
 * How much of a prompt its provider keeps. Where writing to the cache is billed, it is done on demand, and usage says how
 * much; elsewhere providers keep prompts by themselves and report it only when they are read.
 */
const keptTokens = (usage: Usage, offeringId: OfferingId, catalogue: Catalogue): number => {
  const billsWriting = catalogue
    .pricesOf(offeringId)
    .some(({ meter }) => meter.tokenType === 'CACHE_WRITE_5M' || meter.tokenType === 'CACHE_WRITE_1H');
  return billsWriting
    ? cachedTokensOf(usage) + usage.cacheWrite5m + usage.cacheWrite1h
    : inputTokensOf(usage);
};

/** How long other nodes are told of the conversation; undefined: one that may have no second turn is nobody's concern. */
const toldForMs = ({ command, request }: RouteAsk, compile: CompiledRoutes): number | undefined => {
  const route = compile(command);
  const strategy = route.kind === 'OK' ? route.value.policy.strategy : undefined;
  if (strategy?.kind === 'STICKY') return Math.max(strategy.forMs, WARM_MS);
  return command.routing?.conversation !== undefined || userTurnsOf(request) > 1 ? WARM_MS : undefined;
};

export const learnFrom = (
  ask: RouteAsk,
  record: CompletionRecord,
  { catalogue, memory, outputLengths, compile, now }: LearnDependencies,
): void => {
  const attempt = record.attempts.findLast(({ status }) => status === 'SUCCEEDED');
  if (record.status !== 'SUCCEEDED' || attempt === undefined) return;
  const { offeringId, usage } = attempt;
  const offering = calledOffering(catalogue, offeringId);
  if (offering !== undefined && usage !== undefined && outputTokensOf(usage) > 0)
    outputLengths.learn(offering.modelSlug, outputTokensOf(usage));
  if (memory === undefined) return;
  memory.settle(
    conversationKeyOf(ask),
    {
      offeringId,
      inputTokens: usage === undefined ? 0 : keptTokens(usage, offeringId, catalogue),
      at: now(),
    },
    toldForMs(ask, compile),
  );
};
