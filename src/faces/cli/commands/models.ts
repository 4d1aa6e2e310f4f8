import type { Command } from 'commander';
import type { ModelOrder } from '../../../catalogue/catalogue-query.ts';
import { MODEL_COLUMNS } from '../../../catalogue/sort-values.ts';
import type { OfferingFilter } from '../../../domain/offering-filter.ts';
import type { StatedSettings } from '../../../domain/stated-settings.ts';
import { filterOptions } from '../filter-options.ts';
import { flagOption, jsonOption, type StatedRates } from '../options.ts';
import { commonSettings } from '../setting-options.ts';
import { limitOption, ratesOption, sortOption } from './listing-options.ts';

export type ModelsCommand = {
  readonly kind: 'MODELS';
  readonly filter: OfferingFilter;
  readonly sort: ModelOrder;
  readonly rates: StatedRates;
  readonly limit: number;
  readonly json: boolean;
  readonly settings: StatedSettings;
};

export const define = (command: Command): (() => ModelsCommand) => {
  command.argument('[text]', 'part of the id or name, as --search');
  const all = flagOption(
    command,
    '--all',
    'also models that were switched off, and names such as gpt-latest',
  );
  const sort = sortOption(command, MODEL_COLUMNS, 'released:desc');
  const rates = ratesOption(command);
  const limit = limitOption(command, 'rows', 50);
  const json = jsonOption(command);
  // A listing knows no request that could cost something.
  const filter = filterOptions(command, ['maxCostPerRequest']);
  const settings = commonSettings(command);
  command.addHelpText(
    'after',
    `
Rates are the lowest of any paid offering, in USD for 1M tokens.

Examples:
  modelgraph models sonnet
  modelgraph models --labs openai --released-after 2026 --sort price`,
  );
  return () => {
    const filtered = filter();
    const [search] = command.args;
    if (search !== undefined && filtered.search !== undefined)
      command.error('The text to search for is given twice: as an argument and with --search.');
    return {
      kind: 'MODELS',
      filter: {
        ...(!all() && { retired: 'EXCLUDE', movingAliases: 'EXCLUDE' }),
        ...filtered,
        ...(search !== undefined && { search }),
      },
      sort: sort() ?? { field: 'RELEASE_DATE', direction: 'DESC' },
      rates: rates(),
      limit: limit(json()),
      json: json(),
      settings: settings(),
    };
  };
};
