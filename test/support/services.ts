import { inject } from 'vitest';

/** A real server for tests, or why there is none and how to get it. */
export type Service =
  | { readonly kind: 'running'; readonly url: string }
  | { readonly kind: 'missing'; readonly reason: string };

declare module 'vitest' {
  interface ProvidedContext {
    postgres: Service;
    redis: Service;
  }
}

/** A Postgres server: each test file makes a database of its own in it (see postgres-database.ts). */
export const postgresService = (): Service => inject('postgres');
/** A Redis server, shared by all test files: channel and key names must be a file's own. */
export const redisService = (): Service => inject('redis');

/** For the title of a suite, so that what is skipped says why. */
export const titleOf = (name: string, service: Service): string =>
  service.kind === 'running' ? name : `${name} (skipped: ${service.reason})`;
