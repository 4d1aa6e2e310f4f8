import { OPERATION_KINDS, type Operation } from '../../domain/operation.ts';

/** Rows by what they are, and by how their ids begin. */
export type Part = {
  readonly operations: readonly Operation[];
  readonly prefix: string;
  readonly lateMs: number;
};

/** `lateMs`: how much later than its row an old id may be; it was made once all was planned, or over. */
export const PARTS: readonly Part[] = [
  {
    operations: ['COMPLETION'],
    prefix: 'cmp_',
    lateMs: 10_000,
  },
  {
    operations: OPERATION_KINDS,
    prefix: 'op_',
    lateMs: 10 * 60_000,
  },
];

/** How much earlier than its row an id may be, where a clock was put right. */
export const EARLY_MS = 1_000;
const MOST_MS = 0xffff_ffff_ffff;

/** Ids made at that moment or later sort behind it, others before. */
export const firstIdAt = (prefix: string, ms: number): string => {
  const digits = Math.min(Math.max(ms, 0), MOST_MS).toString(16).padStart(12, '0');
  return `${prefix}${digits.slice(0, 8)}-${digits.slice(8)}`;
};
