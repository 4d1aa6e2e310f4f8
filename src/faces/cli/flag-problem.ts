import { flagOfMember } from './filter-options.ts';

/** Flags of what is no member of the filter, by the path of the graph's input. */
const FLAGS: { readonly [path: string]: string } = {
  'workload.inputTokens': '--input-tokens',
  'workload.outputTokens': '--output-tokens',
  'workload.reasoningTokens': '--reasoning-tokens',
  'workload.requestsPerMonth': '--requests',
  'workload.cachedInputShare': '--cached-share',
  'workload.batchShare': '--batch-share',
  'workload.serviceTier': '--tier',
  qualityBenchmark: '--benchmark',
  currency: '--currency',
  'budget.currency': '--currency',
  'budget.amount': '--budget',
};

const flagOf = (path: string): string => {
  const [first = '', second = ''] = path.split('.');
  return FLAGS[path] ?? flagOfMember(first === 'filter' ? second : first) ?? path;
};

/** A message in which members of the graph's inputs go by their flags, and its queries by commands. */
export const inTerminalWords = (message: string): string =>
  message
    .replace(
      /Query `(?:models|offerings|labs|families)` lists the ones there are\./,
      '`modelgraph models` lists them.',
    )
    .replace(/Query `providers` lists the ones there are\./, 'README.md lists the known ones.')
    .replaceAll(/`(\w+)`/g, (quoted, name: string) => flagOfMember(name) ?? quoted);

/** Messages that go on after the name of what is wrong. */
const GOES_ON = /^(?:takes|is|are|must|has) /;

/** What is wrong with an input, by the flag that set it; models may be arguments as well. */
export const flagProblem = (path: string, problem: string): string => {
  const text = inTerminalWords(problem);
  if (GOES_ON.test(text)) return `${flagOf(path)} ${text}`;
  return path.endsWith('models') ? text : `${flagOf(path)}: ${text}`;
};
