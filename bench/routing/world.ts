import type { Catalogue } from '../../src/catalogue/catalogue.ts';
import { asProviderId, type OfferingId, type ProviderId } from '../../src/domain/ids.ts';
import type { EventQueue } from './event-queue.ts';
import type { Incident } from './incident.ts';
import { scoreOf, type TokenPrices, tokenPricesOf } from './simulated-catalogue.ts';
import { createSimulatedOffering, type OfferingModel, type SimulatedOffering } from './simulated-offering.ts';
import type { SimulatedRequest } from './workload.ts';

/** An offering with what an answer of it costs and is worth. */
export type WorldOffering = SimulatedOffering & {
  readonly providerId: ProviderId;
  readonly prices: TokenPrices;
  readonly score: number;
};

/** All providers as they truly are. Routing sees none of it but what its calls tell. */
export type World = {
  readonly queue: EventQueue;
  /** In the order of the fleet. */
  readonly offerings: readonly WorldOffering[];
  /** Throws where the fleet has none of it. */
  offering(id: OfferingId): WorldOffering;
  /** How many tokens of the prompt are in the offering's prompt cache now. */
  cachedTokens(offering: WorldOffering, request: SimulatedRequest): number;
  /** An offering has answered: it keeps the prompt for a while. */
  answered(offering: WorldOffering, request: SimulatedRequest): void;
};

/** Prompt caches keep so long, and nothing shorter than so many tokens, as is usual. */
const CACHE_MS = 300_000;
const LEAST_CACHED_TOKENS = 1_024;

export const createWorld = (
  catalogue: Catalogue,
  queue: EventQueue,
  fleet: readonly OfferingModel[],
  seed: number,
  incidentsOf: (index: number) => readonly Incident[],
): World => {
  const offerings = fleet.map(
    (model, index): WorldOffering =>
      Object.assign(createSimulatedOffering(model, index, incidentsOf(index), seed, queue.monotonicMs), {
        providerId: catalogue.offering(model.id)?.providerId ?? asProviderId(''),
        prices: tokenPricesOf(catalogue, model.id),
        score: scoreOf(catalogue, model.id),
      }),
  );
  const byId = new Map(offerings.map((offering) => [offering.model.id, offering]));
  /** By offering: when each conversation was last there. */
  const caches = offerings.map(() => new Map<number, number>());
  return {
    queue,
    offerings,
    offering(id) {
      const offering = byId.get(id);
      if (offering === undefined) throw new Error(`${id} is not in the fleet.`);
      return offering;
    },
    cachedTokens(offering, { conversation, prefixTokens }) {
      if (prefixTokens < LEAST_CACHED_TOKENS || offering.prices.cacheRead === undefined) return 0;
      const at = caches[offering.index]?.get(conversation);
      return at !== undefined && queue.monotonicMs() - at < CACHE_MS ? prefixTokens : 0;
    },
    answered(offering, { conversation }) {
      caches[offering.index]?.set(conversation, queue.monotonicMs());
    },
  };
};
