import type { Decimal } from '../../domain/money.ts';
import type { Release } from '../../domain/release.ts';

/** Six significant digits, never with an exponent: money for people. The JSON has all digits. */
export const money = (amount: Decimal): string => amount.toSignificantDigits(6).toFixed();

/** `128k`, `1.05M`. */
export const tokens = (count: number): string => {
  if (count >= 1_000_000) return `${Math.round(count / 10_000) / 100}M`;
  return count >= 1_000 ? `${Math.round(count / 1_000)}k` : String(count);
};

/** `5h`, `12d`. */
export const age = (seconds: number): string => {
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3_600)}h` : `${Math.floor(seconds / 86_400)}d`;
};

export const day = (date: Date): string => date.toISOString().slice(0, 10);

/** `2026-07-24`, or where no source states the day `≥ 2026-11-03`: not before it. That it was there by a day says little. */
export const releaseText = ({ releaseDate, releaseRange }: Release): string | undefined => {
  if (releaseDate !== undefined) return day(releaseDate);
  const earliest = releaseRange?.earliest;
  return earliest === undefined ? undefined : `≥ ${day(earliest)}`;
};

/** The same for programs, with what the bounds rest on. */
export const releaseJson = ({ releaseDate, releaseRange }: Release) => ({
  releaseDate: releaseDate && day(releaseDate),
  releaseRange: releaseRange && {
    earliest: releaseRange.earliest && day(releaseRange.earliest),
    latest: releaseRange.latest && day(releaseRange.latest),
    basis: releaseRange.basis,
  },
});

/** Three significant digits and at least two decimals: a price to compare by. The JSON has all digits. */
export const price = (amount: Decimal): string => {
  const rounded = amount.toSignificantDigits(3);
  return rounded.toFixed(Math.max(2, rounded.decimalPlaces()));
};
