import type { JsonObject } from '../domain/json.ts';
import { textAt } from './json-reading.ts';

/** The wait that Google's error details ask for, e.g. "34.4s", in milliseconds. */
export const retryInfoMs = (details: readonly JsonObject[]): number | undefined => {
  for (const detail of details) {
    const seconds = /^(\d+(?:\.\d+)?)s$/.exec(textAt(detail, 'retryDelay') ?? '')?.[1];
    if (seconds !== undefined) return Math.ceil(Number(seconds) * 1_000);
  }
  return undefined;
};
