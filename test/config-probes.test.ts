import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { loadConfig } from '../src/config.ts';
import { Decimal } from '../src/domain/money.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

const probesOf = (text?: string) => {
  const folder = temporaryFolder();
  onTestFinished(() => folder.remove());
  if (text !== undefined) writeFileSync(join(folder.path, 'modelgraph.yaml'), text);
  return loadConfig(folder.path, {}).probes;
};

it('there are no probes unless they are asked for', () => {
  expect(probesOf()).toBeUndefined();
  expect(probesOf('providers: []')).toBeUndefined();
});

it('takes how often and for how much, with usual values for the rest', () => {
  expect(probesOf('probes:\n  maxCostPerDay: 0.50')).toEqual({
    everyMs: 30_000,
    maxCostPerDay: new Decimal('0.5'),
    currency: 'USD',
    idle: false,
  });
  expect(probesOf('probes: { everyMs: 5000, maxCostPerDay: "2", currency: CNY, idle: true }')).toEqual({
    everyMs: 5_000,
    maxCostPerDay: new Decimal(2),
    currency: 'CNY',
    idle: true,
  });
});

it.each([
  ['probes: {}', 'probes.maxCostPerDay: takes a number'],
  ['probes: { maxCostPerDay: 0 }', 'probes.maxCostPerDay: takes an amount of money above 0'],
  ['probes: { maxCostPerDay: 1, everyMs: 10 }', 'probes.everyMs: takes at least 1000'],
  ['probes: { maxCostPerDay: 1, often: true }', 'probes.often: is not known here'],
  ['probes: { maxCostPerDay: 1, currency: dollars }', 'probes.currency: takes an ISO 4217 code'],
])('%s is refused, with where', (text, problem) => {
  expect(() => probesOf(text)).toThrow(problem);
});
