import type { Finding } from './doctor.ts';
import { PLAIN_TERMINAL, type Terminal } from './terminal.ts';
import { type Column, textTable, wrapped } from './text-table.ts';

/** Whether everything that was examined is well: what is off by choice is no failure. */
export const isHealthy = (findings: readonly Finding[], named: readonly string[]): boolean =>
  findings.every(
    ({ state, provider }) => state !== 'FAILED' && !(state === 'OFF' && named.includes(provider)),
  );

const listColumn = ({ list }: Finding): string | undefined =>
  list && `${list.models} (${list.known} of ${list.ofKnown} known)`;

const callColumn = ({ call }: Finding): string | undefined => {
  if (call === undefined) return undefined;
  return call.totalMs === undefined ? call.model : `${call.model}, ${call.totalMs} ms`;
};

const COLUMNS: readonly Column<Finding>[] = [
  { title: 'PROVIDER', align: 'LEFT', text: ({ provider }) => provider },
  { title: 'STATE', align: 'LEFT', text: ({ state }) => state.toLowerCase() },
  { title: 'MODELS', align: 'LEFT', text: listColumn },
  { title: 'CALL', align: 'LEFT', cut: 'LAST', text: callColumn },
];

/** Only shown where there is a proxy at all. */
const PROXY_COLUMN: Column<Finding> = {
  title: 'PROXY',
  align: 'LEFT',
  text: ({ proxy }) => proxy ?? 'none',
};

/** The findings as a table, with what went wrong and what to do under it. */
export const doctorTable = (findings: readonly Finding[], terminal: Terminal = PLAIN_TERMINAL): string => {
  if (findings.length === 0) {
    return 'No provider is on but the sandbox. Set a key, e.g. OPENAI_API_KEY, or name a provider to see what it takes.\n';
  }
  const isProxied = findings.some(({ proxy }) => proxy !== undefined);
  const columns = isProxied ? [...COLUMNS, PROXY_COLUMN] : COLUMNS;
  const notes = findings.flatMap(({ provider, failure, advice }) => [
    ...(failure === undefined ? [] : [`${provider}: ${failure.code}: ${failure.message}`]),
    ...advice.map((each) => `${provider}: ${each}`),
  ]);
  return `${[
    ...textTable(columns, findings, terminal),
    ...(notes.length === 0 ? [] : ['', ...notes.flatMap((note) => wrapped(note, terminal))]),
  ].join('\n')}\n`;
};

/** The same for programs. */
export const doctorJson = (findings: readonly Finding[], named: readonly string[]): string =>
  `${JSON.stringify({ well: isHealthy(findings, named), providers: findings }, null, 2)}\n`;
