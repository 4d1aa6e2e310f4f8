import { z } from 'zod';
import { ATTEMPT_CAUSES, type Attempt, type RouteDecision } from '../../../domain/attempt.ts';
import type { BegunAttempt, BegunTerms } from '../../../domain/begun-attempt.ts';
import { SERVICE_TIERS } from '../../../domain/completion-request.ts';
import { asKeyId, asOfferingId, asOperationId, asProviderId } from '../../../domain/ids.ts';
import { USAGE_KINDS, type Usage } from '../../../domain/usage.ts';
import { storableJson } from '../storable-text.ts';
import {
  optional,
  storedAttempts,
  storedMetadata,
  storedOperation,
  storedRoute,
  storedUsage,
} from '../stored-json.ts';

/** In milliseconds. */
const moment = z.number().transform((given) => new Date(given));

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
  startedAt: moment,
  cause: optional(z.enum(ATTEMPT_CAUSES)),
});

const begunAttempt: z.ZodType<BegunAttempt> = z.object({
  id: z.string().transform(asOperationId),
  operation: storedOperation,
  keyId: z.string().transform(asKeyId),
  createdAt: moment,
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

const usageText = (usage: Usage): string => {
  let text = '';
  for (const kind of USAGE_KINDS)
    if (usage[kind] !== 0) text += `${text === '' ? '{' : ','}"${kind}":${usage[kind]}`;
  return text === '' ? '{}' : `${text}}`;
};

/** Most requests are decided like some of the latest: the text of a decision is the dearest part. */
const MAX_KEPT = 8;

/** What JSON writes as it is. */
const PLAIN = /^[\w.:@/ -]*$/;
const quoted = (text: string): string => (PLAIN.test(text) ? `"${text}"` : storableJson(text));

/** As `storableJson` would write it, in a third of the time: this is done for every attempt. */
export class BegunWriter {
  readonly #kept: { readonly route: RouteDecision; readonly text: string }[] = [];
  #made = 0;

  textOf({
    id,
    operation,
    keyId,
    createdAt,
    route,
    attempt,
    usage,
    over,
    metadata,
    user,
    terms,
  }: BegunAttempt): string {
    const { index, offeringId, providerId, startedAt, cause } = attempt;
    let text =
      `{"id":${quoted(id)},"operation":"${operation}","keyId":${quoted(keyId)},"createdAt":${createdAt.getTime()},` +
      `"attempt":{"index":${index},"offeringId":${quoted(offeringId)},"providerId":${quoted(providerId)},"startedAt":${startedAt.getTime()}`;
    text += cause === undefined ? '}' : `,"cause":"${cause}"}`;
    if (usage !== undefined) text += `,"usage":${usageText(usage)}`;
    if (over.length > 0) text += `,"over":${storableJson(over)}`;
    if (metadata !== undefined) text += `,"metadata":${storableJson(metadata)}`;
    if (user !== undefined) text += `,"user":${quoted(user)}`;
    if (terms !== undefined) text += `,"terms":${storableJson(terms)}`;
    return `${text},"route":${this.#textOfRoute(route)}}`;
  }

  #textOfRoute(route: RouteDecision): string {
    for (const kept of this.#kept) if (kept.route === route) return kept.text;
    const text = storableJson(route);
    this.#kept[this.#made % MAX_KEPT] = { route, text };
    this.#made += 1;
    return text;
  }
}

/** Throws where it is malformed. */
export const begunOf = (text: string): BegunAttempt => begunAttempt.parse(JSON.parse(text));
