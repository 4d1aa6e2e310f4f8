import { type Cost, type CostLine, linesWithCurrency, type UnpricedLine } from './cost.ts';
import { type Decimal, ZERO } from './money.ts';

const NO_USAGE: Cost = { kind: 'UNPRICED', reason: 'NO_USAGE', lines: [], missing: [] };

/**
 * The bill of several calls. Where one of them has no total the whole has none, and lines that could be priced are a lower
 * bound. Amounts of several currencies are not added.
 */
export const sumOfCosts = (costs: readonly Cost[]): Cost => {
  const billed = costs.filter((cost) => cost.kind !== 'FREE');
  const [first, ...rest] = billed;
  if (first === undefined) return costs.length > 0 ? { kind: 'FREE' } : NO_USAGE;
  if (rest.length === 0) return first;
  const lines: CostLine[] = [];
  let total: Decimal = ZERO;
  const currencies = new Set<string>();
  for (const cost of billed) {
    if (cost.kind !== 'PRICED') {
      const missing = billed.flatMap((each) => (each.kind === 'UNPRICED' ? each.missing : []));
      return { ...cost, lines: billed.flatMap(linesWithCurrency), missing };
    }
    lines.push(...cost.lines);
    total = total.plus(cost.total);
    currencies.add(cost.currency);
  }
  const [currency] = currencies;
  return currencies.size === 1 && currency !== undefined
    ? { kind: 'PRICED', lines, total, currency }
    : { kind: 'UNPRICED', reason: 'MIXED_CURRENCIES', lines: billed.flatMap(linesWithCurrency), missing: [] };
};

const merged = <Line extends CostLine>(lines: readonly Line[]): readonly Line[] => {
  const byRow = new Map<string, Line>();
  for (const line of lines) {
    const { family, direction, modality, tokenType } = line.meter;
    const key = [line.priceId, line.offeringId, family, direction, modality, tokenType].join(' ');
    const before = byRow.get(key);
    byRow.set(
      key,
      before === undefined
        ? line
        : {
            ...before,
            quantity: before.quantity + line.quantity,
            amount: before.amount.plus(line.amount),
          },
    );
  }
  return [...byRow.values()];
};

/** What several calls inside one answer were charged by the same row, as one line. */
export const mergeLines = (cost: Cost): Cost => {
  switch (cost.kind) {
    case 'FREE':
      return cost;
    case 'PRICED':
      return { ...cost, lines: merged(cost.lines) };
    case 'UNPRICED':
      return { ...cost, lines: merged<UnpricedLine>(cost.lines) };
  }
};
