import { existsSync, readFileSync } from 'node:fs';
import { freePort } from './free-port.ts';
import { type Process, startProcess } from './processes.ts';
import type { Ask } from './subject.ts';

const PACKAGES = new URL('../node_modules/', import.meta.url);
const PROGRAM = new URL('@portkey-ai/gateway/build/start-server.js', PACKAGES).pathname;

export const isPortkeyInstalled = (): boolean => existsSync(PROGRAM);

const versionOf = (name: string): string => {
  const { version }: { readonly version: string } = JSON.parse(
    readFileSync(new URL(`${name}/package.json`, PACKAGES), 'utf8'),
  );
  return version;
};
/** The package takes any `@hono/node-server` 1.x, and its streams answer 500 with all from 1.14.2 on. */
export const portkeyVersions = (): string =>
  isPortkeyInstalled()
    ? `${versionOf('@portkey-ai/gateway')} (@hono/node-server ${versionOf('@hono/node-server')})`
    : 'not installed';

/** As its own `start:node` runs it, without its page. */
export const startPortkey = async (flags: readonly string[] = []): Promise<Process> => {
  const port = await freePort();
  const portkey = await startProcess(
    [...flags, PROGRAM, '--headless', `--port=${port}`],
    /running at:[\s\S]*(http:\/\/localhost:\d+)/,
    { env: { NODE_ENV: 'production' } },
  );
  return { ...portkey, url: `http://127.0.0.1:${port}` };
};

export const throughPortkey = (ask: Ask, upstream: string): Ask => ({
  ...ask,
  headers: {
    ...ask.headers,
    'x-portkey-provider': 'openai',
    'x-portkey-custom-host': `${upstream}/v1`,
  },
});
