import { expect, it } from 'vitest';
import { asOfferingId } from '../../../src/domain/ids.ts';
import { compareCommand, pricesCommand } from '../../../src/faces/cli/catalogue-commands.ts';
import { parseCommandLine } from '../../../src/faces/cli/command-line.ts';
import { PLAIN_TERMINAL } from '../../../src/faces/cli/terminal.ts';
import { AT, catalogueOf, type Known, provenance } from '../../catalogue/comparison/catalogue-of.ts';
import { row } from '../../catalogue/price-rows.ts';
import { scoreAtBenchmark } from '../../support/quality-score.ts';

const offlineOf = (known: { readonly [name: string]: Known }) => ({
  catalogue: catalogueOf(known),
  now: AT,
  terminal: PLAIN_TERMINAL,
  notes: [],
  history: async () => [],
});

const model = (rate: string, released?: string, score?: number): Known => ({
  prices: [row(rate), row(rate, { direction: 'OUTPUT' })],
  ...(released !== undefined && { model: { releaseDate: new Date(released) } }),
  ...(score !== undefined && { quality: [{ ...scoreAtBenchmark('index', score), provenance }] }),
});

const printed = async (
  known: { readonly [name: string]: Known },
  ...args: readonly string[]
): Promise<readonly string[]> => {
  const command = await parseCommandLine(['compare', ...args]);
  if (command.kind !== 'COMPARE') throw new Error(JSON.stringify(command));
  const print = compareCommand(command, offlineOf(known));
  if ('problem' in print) throw new Error(print.problem);
  return [...print.text.matchAll(/^ *\*?\d+ +(?:lab|host)\/(\S+)/gm)].map(([, name = '']) => name);
};

const KNOWN = {
  able: model('3', '2025-01-01', 60),
  usual: model('2', '2026-01-01', 40),
  newest: model('4', '2026-10-01'),
  dateless: model('1'),
};

it('rows are printed by the column that is sorted by, whatever group they are of', async () => {
  expect(await printed(KNOWN, '--sort', 'released')).toEqual(['newest', 'usual', 'able', 'dateless']);
  expect(await printed(KNOWN, '--sort', 'released:asc')).toEqual(['able', 'usual', 'newest', 'dateless']);
  expect(await printed(KNOWN, '--sort', 'price')).toEqual(['dateless', 'usual', 'able', 'newest']);
  expect(await printed(KNOWN, '--benchmark', 'index', '--sort', 'quality', '--limit', '3')).toEqual([
    'able',
    'usual',
    'dateless',
  ]);
});

it('ids of offerings are whole among prices', async () => {
  const name = 'a-name-that-is-far-longer-than-any-column-was/made-for-v2';
  const options = {
    names: [`lab/${name}`],
    history: false,
    all: false,
    explain: false,
    limit: 9,
    json: false,
  };
  const known = { [name]: { prices: [row('1', {}, { offeringId: asOfferingId(`host/${name}`) })] } };
  const print = await pricesCommand(options, offlineOf(known));
  expect(print).toMatchObject({ text: expect.stringContaining(`host/${name} `) });
});
