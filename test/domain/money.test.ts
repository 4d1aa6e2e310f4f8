import { expect, it } from 'vitest';
import { Decimal, digitsOfExact, exactAmount } from '../../src/domain/money.ts';

it('keeps every amount to its last digit, as a whole number where one holds it', () => {
  const coefficients = ['0', '1', '7', '10', '9999999', '10000000', '9007199254740991', '9007199254740992'];
  const long = [
    '12345678901234567890123456789',
    '-1',
    '-25',
    '30000000000000000001',
    '99999999999999',
    '500000',
  ];
  for (const coefficient of [...coefficients, ...long])
    for (let power = -40; power <= 20; power += 1) {
      const amount = new Decimal(`${coefficient}e${power}`);
      const exact = exactAmount(amount);
      expect(new Decimal(digitsOfExact(exact))).toStrictEqual(amount);
      const units = amount.times('1e12');
      const isWhole = amount.s === 1 && units.isInteger() && units.lessThanOrEqualTo(Number.MAX_SAFE_INTEGER);
      expect(typeof exact, amount.toString()).toBe(isWhole ? 'number' : 'string');
    }
});
