import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { sourcesFingerprint } from '../../bin/sources-fingerprint.js';
import { listProviders } from '../../src/adapters/providers/configure-providers.ts';
import { catalogueFolder } from '../../src/catalogue-file.ts';
import { openCatalogue } from '../../src/open-catalogue.ts';

const run = promisify(execFile);
const ROOT = new URL('../../', import.meta.url).pathname;

/** The files that are read before the first request, by what each imports at once. */
const readAtStart = (): ReadonlySet<string> => {
  const folder = `${ROOT}dist/server`;
  const named = readdirSync(folder).filter((name) => /^(?:start|serve)-.*\.js$/.test(name));
  const files = new Set<string>(named);
  for (const name of files)
    for (const [, file] of readFileSync(`${folder}/${name}`, 'utf8').matchAll(
      /^import [^\n]*"\.\/([^"]+)";$/gm,
    ))
      if (file !== undefined) files.add(file);
  return files;
};

/** Tests start the command, which would run the sources, slowly and without a word, where no bundle could be made of them. */
it('a bundle is made of the sources as they are, and runs', async () => {
  const build = (): Promise<unknown> => run(process.execPath, [`${ROOT}.ci/bundle-server.ts`]);
  await build();
  expect(readFileSync(`${ROOT}dist/server/fingerprint`, 'utf8')).toBe(sourcesFingerprint(ROOT));
  const made = readFileSync(`${ROOT}dist/server/main.js`, 'utf8');
  expect(made).not.toContain("from 'zod'");
  const { stdout } = await run(process.execPath, [`${ROOT}dist/server/main.js`, '--version']);
  expect(stdout).toBe(`${JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')).version}\n`);
  expect(readFileSync(`${ROOT}dist/server/THIRD-PARTY-LICENSES.txt`, 'utf8')).toContain('\nMIT License\n');

  const read = readAtStart();
  expect(read.size).toBeGreaterThan(10);
  const withGraph = [...read].filter((name) =>
    readFileSync(`${ROOT}dist/server/${name}`, 'utf8').includes('GraphQLObjectType'),
  );
  expect(withGraph, 'the graph is read when it is first asked for').toEqual([]);
});

it('the first start of a bundle for which nothing is configured builds no catalogue', async () => {
  await run(process.execPath, [`${ROOT}.ci/bundle-server.ts`]);
  await run(process.execPath, [`${ROOT}.ci/new-catalogue.ts`]);
  const readAt = new Date();
  const providers = await listProviders([], { secret: () => undefined, variable: () => undefined });
  const folder = catalogueFolder(`${ROOT}dist/server`);
  expect(folder).toBeDefined();
  const { catalogue } = await openCatalogue(
    { providers, readings: [], readAt },
    { ...(folder !== undefined && { folder }) },
  );
  const indexed = catalogue.models
    .flatMap(({ slug }) => catalogue.qualityOf(slug))
    .find(({ benchmark }) => benchmark === 'index');
  expect(indexed?.provenance.observedAt.getTime()).toBeLessThan(readAt.getTime());
});
