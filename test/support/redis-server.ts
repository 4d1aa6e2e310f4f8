import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRedisProgram, type RedisProgram } from './redis-program.ts';
import { freePort, type RunningServer, spawnUntil, stopProcess } from './running-server.ts';

export type { RunningServer } from './running-server.ts';

/** The server at TEST_REDIS_URL, else one of our own, on a port of its own. */
export const startRedis = async (): Promise<RunningServer> => {
  const given = process.env.TEST_REDIS_URL;
  return given ? { url: given, stop: async () => {} } : startOwnRedis();
};

/** A server that a test may stop and, on the same port, start again. */
export const startOwnRedis = async (
  options: { readonly port?: number; readonly password?: string } = {},
): Promise<RunningServer & { readonly port: number }> => {
  const program: RedisProgram = await findRedisProgram();
  const folder = await mkdtemp(join(tmpdir(), 'modelgraph-redis-'));
  const port = options.port ?? (await freePort());
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder];
  const password = options.password === undefined ? [] : ['--requirepass', options.password];
  const server = await spawnUntil(/Ready to accept connections/, program.path, [...settings, ...password], {
    env: { ...process.env, ...program.environment },
  });
  return {
    url: `redis://${options.password === undefined ? '' : `:${options.password}@`}127.0.0.1:${port}`,
    port,
    stop: async () => {
      await stopProcess(server, 'SIGTERM');
      await rm(folder, { recursive: true, force: true });
    },
  };
};
