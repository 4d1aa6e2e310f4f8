import type { Finding } from './doctor.ts';

/** Whether everything that was examined is well: what is off by choice is no failure. */
export const isWell = (findings: readonly Finding[], named: readonly string[]): boolean =>
  findings.every(
    ({ state, provider }) => state !== 'FAILED' && !(state === 'OFF' && named.includes(provider)),
  );

const listColumn = ({ list }: Finding): string =>
  list === undefined ? '-' : `${list.models} (${list.known} of ${list.ofKnown} known)`;

const callColumn = ({ call }: Finding): string => {
  if (call === undefined) return '-';
  return call.totalMs === undefined ? call.model : `${call.model}, ${call.totalMs} ms`;
};

const COLUMNS: readonly { readonly title: string; readonly text: (finding: Finding) => string }[] = [
  { title: 'PROVIDER', text: ({ provider }) => provider },
  { title: 'STATE', text: ({ state }) => state.toLowerCase() },
  { title: 'MODELS', text: listColumn },
  { title: 'CALL', text: callColumn },
];

/** Providers' words and names on one line: a terminal takes control characters for orders. */
const plain = (text: string): string => text.replaceAll(/\p{Cc}/gu, ' ');

/** The findings as a table, with what went wrong and what to do under it. */
export const doctorTable = (findings: readonly Finding[]): string => {
  if (findings.length === 0) {
    return 'No provider is on but the sandbox. Set a key, e.g. OPENAI_API_KEY, or name a provider to see what it takes.\n';
  }
  const rows = [
    COLUMNS.map(({ title }) => title),
    ...findings.map((finding) => COLUMNS.map(({ text }) => plain(text(finding)))),
  ];
  const widths = COLUMNS.map((_column, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  const table = rows.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const notes = findings.flatMap(({ provider, failure, advice }) => [
    ...(failure === undefined ? [] : [plain(`${provider}: ${failure.code}: ${failure.message}`)]),
    ...advice.map((each) => plain(`${provider}: ${each}`)),
  ]);
  return `${[...table, ...(notes.length === 0 ? [] : ['', ...notes])].join('\n')}\n`;
};

/** The same for programs. */
export const doctorJson = (findings: readonly Finding[], named: readonly string[]): string =>
  `${JSON.stringify({ well: isWell(findings, named), providers: findings }, null, 2)}\n`;
