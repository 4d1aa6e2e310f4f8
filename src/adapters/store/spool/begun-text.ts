import { z } from 'zod';
import { ATTEMPT_CAUSES, type Attempt, type RouteDecision } from '../../../domain/attempt.ts';
import type { BegunAttempt, BegunTerms } from '../../../domain/begun-attempt.ts';
import { SERVICE_TIERS } from '../../../domain/completion-request.ts';
import { asKeyId, asOfferingId, asOperationId, asProviderId } from '../../../domain/ids.ts';
import { USAGE_KINDS, type Usage, type UsageKind } from '../../../domain/usage.ts';
import { storableJson } from '../storable-text.ts';
import {
  instant,
  optional,
  storedAttempts,
  storedMetadata,
  storedOperation,
  storedRoute,
  storedUsage,
} from '../stored-json.ts';

const terms: z.ZodType<BegunTerms> = z.object({
  serviceTier: optional(z.enum(SERVICE_TIERS)),
  thinking: optional(z.boolean()),
  region: optional(z.string()),
  attributes: optional(storedMetadata),
});

const attempt: z.ZodType<BegunAttempt['attempt']> = z.object({
  index: z.number(),
  offeringId: z.string().transform(asOfferingId),
  providerId: z.string().transform(asProviderId),
  startedAt: instant,
  cause: optional(z.enum(ATTEMPT_CAUSES)),
});

const begunAttempt: z.ZodType<BegunAttempt> = z.object({
  id: z.string().transform(asOperationId),
  operation: storedOperation,
  keyId: z.string().transform(asKeyId),
  createdAt: instant,
  route: storedRoute,
  metadata: optional(storedMetadata),
  user: optional(z.string()),
  attempt,
  over: z
    .array(z.unknown())
    .default([])
    .transform((given): readonly Attempt[] => storedAttempts.parse(given)),
  usage: optional(storedUsage),
  terms: optional(terms),
});

const shortUsage = (usage: Usage): object => {
  const short: { [Kind in UsageKind]?: number } = {};
  for (const kind of USAGE_KINDS) if (usage[kind] !== 0) short[kind] = usage[kind];
  return short;
};

/** Most requests are decided like some of the latest: the text of a decision is the dearest part. */
const MOST_KEPT = 8;

export class BegunWriter {
  readonly #kept: { readonly route: RouteDecision; readonly text: string }[] = [];
  #made = 0;

  textOf({ route, usage, over, ...rest }: BegunAttempt): string {
    const own = storableJson({
      ...rest,
      usage: usage && shortUsage(usage),
      over: over.length === 0 ? undefined : over,
    });
    return `${own.slice(0, -1)},"route":${this.#textOfRoute(route)}}`;
  }

  #textOfRoute(route: RouteDecision): string {
    for (const kept of this.#kept) if (kept.route === route) return kept.text;
    const text = storableJson(route);
    this.#kept[this.#made % MOST_KEPT] = { route, text };
    this.#made += 1;
    return text;
  }
}

/** Throws where it is malformed. */
export const begunOf = (text: string): BegunAttempt => begunAttempt.parse(JSON.parse(text));
