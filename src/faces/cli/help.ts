import { FILTER_HINTS } from './filter-options.ts';

const WIDTH = 118;
const INDENT = '    ';

/** Short entries side by side, in lines that fit. */
const columns = (entries: readonly string[]): string => {
  const lines: string[] = [];
  let line = '';
  for (const entry of entries) {
    if (line !== '' && INDENT.length + line.length + 2 + entry.length > WIDTH) {
      lines.push(INDENT + line);
      line = entry;
    } else line = line === '' ? entry : `${line}  ${entry}`;
  }
  return [...lines, INDENT + line].join('\n');
};

const USAGE = {
  serve: 'modelgraph [serve]               start the server',
  key: `modelgraph key --new             make an admin key and print it, in the server's store, while it runs too
    --revoke-others              revoke every other admin key`,
  'print-schema':
    'modelgraph print-schema [DIR]    write schema.graphql and subgraph.graphql to DIR (./schema)',
  doctor: `modelgraph doctor [PROVIDER…]    check keys, lists of models and addresses of the providers that are on
    --call                       also send one completion of at most 16 tokens to each, which costs
    --model NAME                 the model to call, where one provider is named
    --json                       for programs; the exit code is 0 if all is well, 1 if not, 2 if misused`,
  compare: `modelgraph compare               rank models for a task (chat), each at its best provider
    --task NAME                  chat, rag, agent, coding, extraction, long-document, batch, vision, embedding, speech
                                 or transcription; sets the workload, which these change:
    --input-tokens N  --output-tokens N  --reasoning-tokens N  --cached-share X  --batch-share X
    --requests N (a month)  --tier STANDARD|BATCH|FLEX|PRIORITY|FAST
    --all                        also what cannot be called from here
    --group model|none           a row for each model, or for each offering
    --sort COLUMN[:asc|desc]     released, quality, price, cost, context, ttft, output-tps, name, provider, …
    --benchmark NAME             what quality is read from (the task's)
    --currency CODE  --rate CODE=N   of the costs (USD); units for one US dollar, e.g. CNY=7.12, several with commas
    --limit N  --json            rows (20); everything, for programs
    and a filter`,
  models: `modelgraph models                list models, the newest first, and their least rates
    --all                        also those that were switched off, and names such as gpt-latest
    --sort COLUMN[:asc|desc]  --limit N  --json
    --rate CODE=N                for a price limit in another currency: units for one US dollar, e.g. EUR=0.9
    and a filter`,
  prices: `modelgraph prices NAME           the rates of a model or an offering that are in force
    --all                        also those that are over or yet to come
    --explain                    why each rate is what it is: source, day, conditions, what others say
    --history                    also what this server served before, from its store
    --json                       for programs`,
  measure: `modelgraph measure               time the newest models of the providers that are on, with small prompts, which cost
    --budget N  --currency CODE  the most that all calls may cost (0.10 USD)
    --samples N  --limit N       calls of each (1), offerings (20)
    --allow-unpriced             also those of which no price is known
    --url URL  --key KEY         let a running server measure, which then compares and routes by the figures; the key
                                 is its admin key (MODELGRAPH_ADMIN_KEY)
    --json                       for programs; the exit code is 0 if something was measured, else 1
    and a filter`,
  'train-complexity': `modelgraph train-complexity FILE [--json]   learn from labelled prompts, one {"text", "hard"} a line, which are hard;
                                 prints how well that works, and the model for a route's \`complexity\``,
  'print-providers':
    'modelgraph print-providers [FILE]   write the table of known providers into FILE (./README.md)',
} as const;
export type CommandName = keyof typeof USAGE;

export const isCommandName = (name: string): name is CommandName => Object.hasOwn(USAGE, name);

const FILTER = `a filter, with the names of the graph: every condition must hold, and an unknown value does not pass
${columns(FILTER_HINTS)}`;

const hasFilter = (name: CommandName): boolean => USAGE[name].includes('a filter');

/** All commands. */
export const HELP = `${Object.values(USAGE).join('\n')}
modelgraph --version
modelgraph [COMMAND] --help

${FILTER}

Settings come from the environment, .env and modelgraph.yaml; README.md lists them.
`;

/** One command alone, or all. */
export const helpAbout = (name: CommandName | undefined): string =>
  name === undefined ? HELP : `${USAGE[name]}\n${hasFilter(name) ? `\n${FILTER}\n` : ''}`;
