import { FAULT_NAMES, FAULTS } from './faulty-server.ts';
import type { Cell } from './hanging-cells.ts';

/** `problem`: undefined where the answer came that was to come. */
export type Outcome = { readonly cell: Cell; readonly ms: number; readonly problem: string | undefined };

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

const kindOf = ({ asks }: Cell): string => {
  if (asks.kind === 'OPERATION') return 'other operations, REST and mutations';
  return asks.isStreamed
    ? 'streams: chat, messages, responses, subscription'
    : 'whole: chat, messages, responses, mutation';
};

/** Rows of Markdown: fault, promise, observed. */
export const tableOf = (outcomes: readonly Outcome[], promiseMs: number): string => {
  const promise = `the next answers within ${promiseMs / 1_000} s`;
  const rows = FAULT_NAMES.flatMap((fault) => {
    const ofFault = outcomes.filter(({ cell }) => cell.fault === fault);
    const kinds = [...new Set(ofFault.map(({ cell }) => kindOf(cell)))];
    return kinds.map((kind) => {
      const those = ofFault.filter(({ cell }) => kindOf(cell) === kind);
      const kept = those.filter(({ ms, problem }) => problem === undefined && ms < promiseMs);
      const times = those.map(({ ms }) => ms).toSorted((one, other) => one - other);
      const median = times[Math.floor(times.length / 2)] ?? Number.NaN;
      const observed = `${kept.length} of ${those.length}; median ${seconds(median)}, longest ${seconds(times.at(-1) ?? Number.NaN)}`;
      return `| The provider ${FAULTS[fault].does} (${kind}) | ${promise} | ${observed} |`;
    });
  });
  return ['| fault | promise | observed |', '|---|---|---|', ...rows, ''].join('\n');
};
