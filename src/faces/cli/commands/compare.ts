import type { Command } from 'commander';
import {
  COMPARISON_COLUMNS,
  type ComparisonInput,
  GROUPINGS,
} from '../../../catalogue/comparison/comparison-input.ts';
import { TASK_PRESETS } from '../../../catalogue/comparison/task-presets.ts';
import { SERVICE_TIERS } from '../../../domain/completion-request.ts';
import type { StatedSettings } from '../../../domain/stated-settings.ts';
import { filterOptions } from '../filter-options.ts';
import {
  flagOption,
  jsonOption,
  optionWithDefault,
  readCurrency,
  readShare,
  readText,
  readWhole,
  readWord,
  type StatedRates,
  typed,
  valueOption,
} from '../options.ts';
import { commonSettings } from '../setting-options.ts';
import { limitOption, ratesOption, sortOption } from './listing-options.ts';

export type CompareCommand = {
  readonly kind: 'COMPARE';
  readonly input: ComparisonInput;
  readonly rates: StatedRates;
  readonly limit: number;
  readonly json: boolean;
  readonly settings: StatedSettings;
};

/** What a request uses, and how many there are. */
const workloadOptions = (command: Command): (() => NonNullable<ComparisonInput['workload']>) => {
  command.optionsGroup('Workload (default: that of the task):');
  const whole = (flags: string, about: string) => valueOption(command, flags, about, { read: readWhole });
  const share = (flags: string, about: string) => valueOption(command, flags, about, { read: readShare });
  const inputTokens = whole('--input-tokens <tokens>', 'input of a request, e.g. 20k');
  const outputTokens = whole('--output-tokens <tokens>', 'output of a request');
  const reasoningTokens = whole('--reasoning-tokens <tokens>', 'reasoning of a request');
  const requestsPerMonth = whole('--requests <n>', 'requests a month');
  const cachedInputShare = share(
    '--cached-share <share>',
    'part of the input that is read from the cache, 0 to 1',
  );
  const batchShare = share('--batch-share <share>', 'part of the requests that are sent in batches, 0 to 1');
  const tier = valueOption(command, '--tier <tier>', SERVICE_TIERS.map(typed).join(', '), {
    read: readWord(SERVICE_TIERS),
    usual: 'standard',
  });
  command.optionsGroup('Options:');
  return () => {
    const given = {
      inputTokens: inputTokens(),
      outputTokens: outputTokens(),
      reasoningTokens: reasoningTokens(),
      requestsPerMonth: requestsPerMonth(),
      cachedInputShare: cachedInputShare(),
      batchShare: batchShare(),
    };
    const serviceTier = tier();
    return {
      ...(given.inputTokens !== undefined && { inputTokens: given.inputTokens }),
      ...(given.outputTokens !== undefined && { outputTokens: given.outputTokens }),
      ...(given.reasoningTokens !== undefined && { reasoningTokens: given.reasoningTokens }),
      ...(given.requestsPerMonth !== undefined && { requestsPerMonth: given.requestsPerMonth }),
      ...(given.cachedInputShare !== undefined && { cachedInputShare: given.cachedInputShare }),
      ...(given.batchShare !== undefined && { batchShare: given.batchShare }),
      ...(serviceTier !== undefined && { serviceTier }),
    };
  };
};

export const define = (command: Command): (() => CompareCommand) => {
  command.argument('[models...]', 'slugs, names or aliases of the models to compare (default: all)');
  const task = valueOption(command, '--task <name>', TASK_PRESETS.map(typed).join(', '), {
    read: readWord(TASK_PRESETS),
    usual: 'chat',
  });
  const all = flagOption(command, '--all', 'also what cannot be called from here, as its provider is off');
  const grouping = valueOption(
    command,
    '--group <by>',
    'model: a row for each model; none: for each offering',
    {
      read: readWord(GROUPINGS),
      usual: 'model',
    },
  );
  const sort = sortOption(command, COMPARISON_COLUMNS, 'score');
  const benchmark = valueOption(command, '--benchmark <id>', 'benchmark that quality is read from', {
    read: readText,
    usual: "the task's",
  });
  const currency = optionWithDefault(command, '--currency <code>', 'currency of costs, e.g. EUR', {
    read: readCurrency,
    usual: 'USD',
  });
  const rates = ratesOption(command);
  const limit = limitOption(command, 'rows', 20);
  const json = jsonOption(command);
  const workload = workloadOptions(command);
  const filter = filterOptions(command);
  const settings = commonSettings(command);
  command.addHelpText(
    'after',
    `
Examples:
  modelgraph compare --task coding --max-price 5
  modelgraph compare claude-sonnet-4-5 gpt-5 --all
  modelgraph compare --task agent --capabilities tools --min-context 100k --released-after 2026 --json`,
  );
  return () => {
    const preset = task();
    const by = grouping();
    const order = sort();
    const qualityBenchmark = benchmark();
    const filtered = filter();
    const models = [...command.args, ...(filtered.models ?? [])];
    return {
      kind: 'COMPARE',
      input: {
        ...(preset !== undefined && { task: preset }),
        ...(by !== undefined && { grouping: by }),
        ...(order !== undefined && { sort: order }),
        ...(qualityBenchmark !== undefined && { qualityBenchmark }),
        ...(all() && { availability: 'ANY' }),
        workload: workload(),
        filter: { ...filtered, ...(models.length > 0 && { models }) },
        currency: currency(),
      },
      rates: rates(),
      limit: limit(json()),
      json: json(),
      settings: settings(),
    };
  };
};
