import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listProviders } from '../../src/adapters/providers/configure-providers.ts';
import { type OpenedCatalogue, openCatalogue } from '../../src/open-catalogue.ts';
import { fewLists } from '../support/small-seed.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const FIRST = new Date('2026-11-30T12:00:00Z');
const LATER = new Date('2026-11-30T13:00:00Z');

let folder: ReturnType<typeof temporaryFolder>;
let path: string;
let providers: Awaited<ReturnType<typeof listProviders>>;
let file: string;
let built: OpenedCatalogue;

const open = (readAt: Date, at = path, version = 'one'): Promise<OpenedCatalogue> =>
  openCatalogue({ providers, readings: [], readAt }, { folder: { path: at, version }, lists: fewLists });

/** When a catalogue was built: its indexes are of that moment. */
const builtAt = ({ catalogue }: OpenedCatalogue): Date | undefined =>
  catalogue.models
    .flatMap(({ slug }) => catalogue.qualityOf(slug))
    .find(({ benchmark }) => benchmark === 'index')?.provenance.observedAt;

beforeAll(async () => {
  folder = temporaryFolder();
  path = join(folder.path, 'kept', 'catalogues');
  providers = await listProviders([], { secret: () => undefined, variable: () => undefined });
  built = await open(FIRST);
  expect(builtAt(built)).toEqual(FIRST);
  await built.keep();
  file = join(path, readdirSync(path)[0] ?? '');
});
afterAll(() => folder.remove());

it('a catalogue is kept in one file, for its owner alone', () => {
  expect(readdirSync(path)).toHaveLength(1);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(path).mode & 0o777).toBe(0o700);
});

it('a start takes the catalogue of an earlier one, and can build the next', async () => {
  const opened = await open(LATER);
  expect(builtAt(opened)).toEqual(FIRST);
  const next = await opened.rebuild({ providers, readings: [], readAt: LATER });
  expect(builtAt({ ...opened, catalogue: next })).toEqual(LATER);
  expect(next.offerings.map(({ id }) => id)).toEqual(opened.catalogue.offerings.map(({ id }) => id));
});

it('other code builds its own', async () => {
  expect(builtAt(await open(LATER, path, 'two'))).toEqual(LATER);
});

it('a file that is damaged is not used, and the next start has a sound one', async () => {
  const sound = readFileSync(file);
  writeFileSync(file, sound.subarray(0, sound.length / 2));
  const opened = await open(LATER);
  expect(builtAt(opened)).toEqual(LATER);
  await opened.keep();
  expect(builtAt(await open(LATER))).toEqual(LATER);
  expect(readdirSync(path)).toHaveLength(1);
  writeFileSync(file, 'something else');
  expect(builtAt(await open(FIRST))).toEqual(FIRST);
  writeFileSync(file, sound);
});

it('a folder that cannot be written changes nothing', async () => {
  const opened = await open(LATER, join(file, 'below-a-file'));
  expect(builtAt(opened)).toEqual(LATER);
  await opened.keep();
  expect(readdirSync(path)).toHaveLength(1);
});

it('of many configurations the oldest are dropped', async () => {
  const past = new Date('2026-01-01T00:00:00Z');
  for (let number = 0; number < 9; number += 1) {
    const other = join(path, `${number}.catalogue`);
    writeFileSync(other, '');
    if (number < 2) utimesSync(other, past, past);
  }
  const opened = await open(LATER, path, 'three');
  await opened.keep();
  expect(readdirSync(path)).toHaveLength(8);
  expect(readdirSync(path)).not.toContain('0.catalogue');
  expect(builtAt(await open(FIRST, path, 'three'))).toEqual(FIRST);
  expect(builtAt(await open(new Date(LATER.getTime() + 1), path, 'three'))).toEqual(LATER);
});

it('where no folder is given, servers of one process use one catalogue of the same configuration while it holds', async () => {
  const at = (readAt: Date, listed = providers): Promise<OpenedCatalogue> =>
    openCatalogue({ providers: listed, readings: [], readAt }, { lists: fewLists });
  const first = await at(FIRST);
  const second = await at(LATER);
  expect(second.catalogue).toBe(first.catalogue);
  expect(second.shipped).toEqual(first.shipped);
  expect((await at(LATER, providers.slice(1))).catalogue).not.toBe(first.catalogue);
  const weekLater = new Date(FIRST.getTime() + 7 * 86_400_000);
  expect(builtAt(await at(weekLater))).toEqual(weekLater);
});

it('a start that has kept its catalogue can build the next all the same', async () => {
  const next = await built.rebuild({ providers, readings: [], readAt: LATER });
  expect(builtAt({ ...built, catalogue: next })).toEqual(LATER);
});
