import type { JsonObject } from '../domain/json.ts';

/**
 * The schema of a function as OpenAI takes it: it refuses an object without `properties`, which other formats allow.
 * https://github.com/github/copilot-cli/issues/2223 (2026-11-30)
 */
export const withProperties = (parameters: JsonObject): JsonObject =>
  parameters.type === 'object' && parameters.properties === undefined
    ? { ...parameters, properties: {} }
    : parameters;
