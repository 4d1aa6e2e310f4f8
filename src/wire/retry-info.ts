import type { JsonObject, JsonValue } from '../domain/json.ts';
import { objectAt } from './json-reading.ts';
import { waitMsIn } from './wait-time.ts';

const waitOf = (value: JsonValue | undefined): number | undefined =>
  typeof value === 'string' || typeof value === 'number' ? waitMsIn(String(value), new Date()) : undefined;

/** The wait that Google's error details ask for, e.g. "34.4s", in milliseconds. */
export const retryInfoMs = (details: readonly JsonObject[]): number | undefined => {
  for (const detail of details) {
    const delay = objectAt(detail, 'retryDelay');
    const wait = waitOf(delay === undefined ? detail.retryDelay : delay.seconds);
    if (wait !== undefined) return wait;
  }
  return undefined;
};

/** The wait that other errors name in a member of their own, in seconds or as a date, in milliseconds. */
export const retryMemberMs = (error: JsonObject): number | undefined => {
  const metadata = objectAt(error, 'metadata');
  const headers = objectAt(metadata, 'headers');
  return (
    waitOf(error.retry_after) ??
    waitOf(error.retryAfter) ??
    waitOf(metadata?.retry_after_seconds) ??
    waitOf(metadata?.retry_after) ??
    waitOf(headers?.['Retry-After']) ??
    waitOf(headers?.['X-RateLimit-Reset'])
  );
};
