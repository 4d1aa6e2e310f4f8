import type { TestProject } from 'vitest/node';
import { startPostgres } from './postgres-server.ts';
import { type RunningServer, startRedis } from './redis-server.ts';
import type { Service } from './services.ts';

/** Starts the real servers once for all test files. With CI set, a missing one fails the run. */
export default async (project: TestProject): Promise<() => Promise<void>> => {
  const [postgres, redis] = await Promise.all([
    available('Postgres', startPostgres),
    available('Redis', startRedis),
  ]);
  project.provide('postgres', postgres.service);
  project.provide('redis', redis.service);
  return async () => {
    await Promise.all([postgres.stop(), redis.stop()]);
  };
};

const available = async (
  name: string,
  start: () => Promise<RunningServer>,
): Promise<{ readonly service: Service; stop(): Promise<void> }> => {
  try {
    const { url, stop } = await start();
    return { service: { kind: 'running', url }, stop };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (process.env.CI) throw new Error(`Tests need a real ${name}: ${reason}`, { cause: error });
    console.warn(`Tests on a real ${name} are skipped: ${reason}`);
    return { service: { kind: 'missing', reason }, stop: async () => {} };
  }
};
