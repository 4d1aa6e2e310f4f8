import { expect, it } from 'vitest';
import { asModelSlug } from '../../../src/domain/ids.ts';
import { modelsTable } from '../../../src/faces/cli/models-table.ts';
import { offeringsNamed, pricesOf, pricesTable } from '../../../src/faces/cli/prices-table.ts';
import type { Terminal } from '../../../src/faces/cli/terminal.ts';
import { build, host, NOW, seedOf } from '../../catalogue/merge/readings.ts';

const ESCAPE = '\u001b[';
const SLUG = 'lab/one';
const acme = host('acme', { declared: [{ providerModelId: 'one', modelSlug: asModelSlug(SLUG) }] });
const catalogue = build([], { seed: seedOf([SLUG]), providers: [acme] });
const options = {
  filter: {},
  sort: { field: 'SLUG', direction: 'ASC' },
  rates: [],
  limit: 10,
  json: false,
} as const;
const TERMINAL: Terminal = { width: 40, colours: true, bars: true };

it('tables of models and prices have colours in a terminal alone, and ids that are whole', () => {
  const plain = modelsTable(catalogue, options, NOW, []);
  expect(plain).not.toContain(ESCAPE);
  expect(plain).toContain('OFFERINGS');
  const none = modelsTable(catalogue, { ...options, filter: { search: 'lab/onne' } }, NOW, []);
  expect(none).toContain('No model that passes has "lab/onne" in its id or name. Nearest: lab/one.');
  const painted = modelsTable(catalogue, options, NOW, [], TERMINAL);
  expect(painted).toContain(ESCAPE);
  expect(painted).toContain(SLUG);
  expect(painted).not.toContain('OFFERINGS');

  const offerings = offeringsNamed(catalogue, SLUG);
  if (typeof offerings === 'string') throw new Error(offerings);
  const list = { offerings, prices: pricesOf(catalogue, offerings, false, NOW) };
  expect(pricesTable(list, { at: NOW, limit: 9, notes: ['a note'] })).not.toContain(ESCAPE);
  expect(pricesTable(list, { at: NOW, limit: 9, notes: ['a note'], terminal: TERMINAL })).toContain('a note');
});
