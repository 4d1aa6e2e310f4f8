import type { Command } from 'commander';
import type { Currency, Decimal } from '../../../domain/money.ts';
import type { OfferingFilter } from '../../../domain/offering-filter.ts';
import type { StatedSettings } from '../../../domain/stated-settings.ts';
import { filterOptions } from '../filter-options.ts';
import {
  flagOption,
  jsonOption,
  optionWithDefault,
  readAmount,
  readCurrency,
  readText,
  readUrl,
  readWithin,
  valueOption,
} from '../options.ts';
import { commonSettings } from '../setting-options.ts';

export type MeasureCommand = {
  readonly kind: 'MEASURE';
  readonly models?: readonly string[];
  readonly providers?: readonly string[];
  readonly filter: Omit<OfferingFilter, 'models' | 'providers'>;
  readonly budget: { readonly amount: Decimal; readonly currency: Currency };
  readonly samples: number;
  readonly limit: number;
  readonly allowUnpriced: boolean;
  /** A running server that measures; absent: this process does. */
  readonly url?: string;
  readonly key?: string;
  readonly json: boolean;
  readonly settings: StatedSettings;
};

const MAX_SAMPLES = 10;
const MAX_OFFERINGS = 200;

export const define = (command: Command): (() => MeasureCommand) => {
  command.argument(
    '[models...]',
    'slugs, names or aliases (default: the newest of the providers that are on)',
  );
  const budget = optionWithDefault(command, '--budget <amount>', 'the most that all calls may cost', {
    read: readAmount,
    usual: '0.10',
  });
  const currency = optionWithDefault(command, '--currency <code>', 'currency of the budget', {
    read: readCurrency,
    usual: 'USD',
  });
  const samples = optionWithDefault(command, '--samples <n>', `calls of each offering, 1 to ${MAX_SAMPLES}`, {
    read: readWithin(1, MAX_SAMPLES),
    usual: '1',
  });
  const limit = optionWithDefault(command, '--limit <n>', `offerings to call, 1 to ${MAX_OFFERINGS}`, {
    read: readWithin(1, MAX_OFFERINGS),
    usual: '20',
  });
  const allowUnpriced = flagOption(command, '--allow-unpriced', 'also those of which no price is known');
  const url = valueOption(
    command,
    '--url <url>',
    'let this running server measure, which then compares and routes by the figures',
    { read: readUrl },
  );
  const key = valueOption(command, '--key <key>', "with --url: the server's admin key", {
    read: readText,
    usual: 'MODELGRAPH_ADMIN_KEY',
  });
  const json = jsonOption(command);
  // The budget limits what all calls may cost.
  const filter = filterOptions(command, ['maxCostPerRequest']);
  const settings = commonSettings(command);
  command.addHelpText(
    'after',
    `
Exit code: 0 if something was measured, 1 if nothing was, 2 if the command is misused.

Examples:
  modelgraph measure sandbox/echo
  modelgraph measure --providers openai,groq --budget 0.05 --samples 3`,
  );
  return () => {
    const { models = [], providers, ...filtered } = filter();
    const names = [...command.args, ...models];
    const server = url();
    const secret = key();
    return {
      kind: 'MEASURE',
      filter: filtered,
      budget: { amount: budget(), currency: currency() },
      samples: samples(),
      limit: limit(),
      allowUnpriced: allowUnpriced(),
      json: json(),
      ...(names.length > 0 && { models: names }),
      ...(providers !== undefined && { providers }),
      ...(server !== undefined && { url: server }),
      ...(secret !== undefined && { key: secret }),
      settings: settings(),
    };
  };
};
