import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { usedDataFolder } from '../support/data-folder.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '../..');
const KEY = 'mg_production-install';
const Lock = z.object({
  packages: z.record(
    z.string(),
    z.object({
      dev: z.boolean().optional(),
      devOptional: z.boolean().optional(),
      optional: z.boolean().optional(),
    }),
  ),
});

/** Folders below node_modules of what an install without development packages has, on any platform. */
const productionPackages = (): readonly string[] => {
  const { packages } = Lock.parse(JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')));
  return Object.entries(packages)
    .filter(([path, { dev, devOptional }]) => path !== '' && dev !== true && devOptional !== true)
    .map(([path]) => path)
    .filter((path) => path.lastIndexOf('node_modules/') === 0);
};

type Folder = ReturnType<typeof temporaryFolder>;

/** A folder with some files of the package and the packages that it needs to run. */
const install = (files: readonly (readonly [from: string, to: string])[]): Folder => {
  const folder = temporaryFolder();
  for (const [from, to] of [['bin', 'bin'], ['package.json', 'package.json'], ...files] as const)
    cpSync(join(ROOT, from), join(folder.path, to), { recursive: true });
  for (const path of productionPackages()) {
    if (!existsSync(join(ROOT, path))) continue;
    mkdirSync(dirname(join(folder.path, path)), { recursive: true });
    symlinkSync(join(ROOT, path), join(folder.path, path));
  }
  return folder;
};

type Started = { readonly child: ChildProcess; readonly url: string; readonly output: () => string };

/** Resolves once it serves. */
const start = async (
  program: string,
  args: readonly string[],
  env: { readonly [name: string]: string },
): Promise<Started> => {
  const child = spawn(program, [...args], {
    env: { PATH: process.env.PATH, PORT: '0', MODELGRAPH_ADMIN_KEY: KEY, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const found = /REST base +(http:\/\/\S+)\/v1/.exec(output)?.[1];
      if (found !== undefined) resolve(found);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', () => reject(new Error(output)));
  });
  return { child, url, output: () => output };
};

const ask = async (url: string): Promise<unknown> => {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${KEY}` },
    body: JSON.stringify({ query: '{ models(first: 1) { nodes { slug } } }' }),
  });
  return response.json();
};

const page = async (url: string): Promise<{ readonly status: number; readonly text: string }> => {
  const response = await fetch(`${url}/graphql`, { headers: { accept: 'text/html' } });
  return { status: response.status, text: await response.text() };
};

describe('an install without development packages', () => {
  let data: Awaited<ReturnType<typeof usedDataFolder>>;
  const folders: Folder[] = [];
  beforeAll(async () => {
    data = await usedDataFolder();
  });
  afterAll(() => {
    for (const folder of folders) folder.remove();
    data?.remove();
  });

  it('has fewer packages than the one of a developer, and Node for an older machine', () => {
    const packages = productionPackages();
    expect(packages).not.toContain('node_modules/vite');
    expect(packages).not.toContain('node_modules/vitest');
    expect(packages).toContain('node_modules/node');
  });

  it('of a clone serves from the sources, says how its page is built, and ends when npm does', async () => {
    const clone = install([
      ['src', 'src'],
      ['package-lock.json', 'package-lock.json'],
    ]);
    folders.push(clone);
    // npm starts a shell, which waits for the server.
    const command = `"${process.execPath}" "${join(clone.path, 'bin/modelgraph.js')}"; true`;
    const { child, url, output } = await start('sh', ['-c', command], {
      MODELGRAPH_DATA_DIR: data.path,
      npm_lifecycle_event: 'start',
      npm_package_name: 'modelgraph',
    });
    expect(await ask(url)).toMatchObject({ data: { models: { nodes: [{ slug: expect.any(String) }] } } });
    expect(await page(url)).toEqual({
      status: 503,
      text: expect.stringMatching(/^The explorer page is not built\..* `npm ci`/),
    });
    // Closed once the server too has ended.
    const closed = once(child, 'close');
    child.kill('SIGTERM');
    await closed;
    expect(output()).toContain('Stopping: ');
    expect(existsSync(join(data.path, 'store.lock.json'))).toBe(false);
  });

  it('of the published files runs by the Node that came along where the machine has an older one', async () => {
    const published = install([
      ['dist/server', 'dist/server'],
      ['src/adapters/store/migrations', 'dist/adapters/store/migrations'],
      ['src/catalogue/seed-data', 'dist/catalogue/seed-data'],
    ]);
    folders.push(published);
    mkdirSync(join(published.path, 'dist/explorer'), { recursive: true });
    writeFileSync(join(published.path, 'dist/explorer/index.html'), 'the page');
    const own = join(published.path, 'node_modules/node');
    rmSync(own, { recursive: true, force: true });
    mkdirSync(join(own, 'bin'), { recursive: true });
    writeFileSync(join(own, 'package.json'), '{}');
    symlinkSync(process.execPath, join(own, 'bin/node'));
    // As bin/modelgraph.js does on an older Node.
    const launch = join(published.path, 'bin/launch.js');
    writeFileSync(launch, "import { runWithOwnNode } from './own-node.js';\nrunWithOwnNode();\n");
    const { child, url } = await start(process.execPath, [launch], { MODELGRAPH_DATA_DIR: data.path });
    expect(await ask(url)).toMatchObject({ data: { models: { nodes: [{ slug: expect.any(String) }] } } });
    expect(await page(url)).toEqual({ status: 200, text: 'the page' });
    const exited = once(child, 'exit');
    child.kill('SIGHUP');
    expect(await exited).toEqual([0, null]);
  });
});
