import type { Command } from 'commander';
import type { StatedSettings } from '../../../domain/stated-settings.ts';
import { flagOption, jsonOption } from '../options.ts';
import { commonSettings } from '../setting-options.ts';
import { limitOption } from './listing-options.ts';

export type PricesCommand = {
  readonly kind: 'PRICES';
  readonly names: readonly string[];
  /** Also what was served before, from the store. */
  readonly history: boolean;
  /** Also rows that have ended or are not yet in force. */
  readonly all: boolean;
  /** Say of each rate who states it, when it applies and what others say. */
  readonly explain: boolean;
  /** Rows of the table. */
  readonly limit: number;
  readonly json: boolean;
  readonly settings: StatedSettings;
};

export const define = (command: Command): (() => PricesCommand) => {
  command.argument('<names...>', 'models or offerings, e.g. gpt-4o-mini or openai/gpt-4o-mini');
  const all = flagOption(command, '--all', 'also rates that have ended or are not yet in force');
  const explain = flagOption(
    command,
    '--explain',
    'why each rate is what it is: source, day, conditions, what others say',
  );
  const history = flagOption(command, '--history', 'also what this server served before, from its store');
  const limit = limitOption(command, 'rates', 25);
  const json = jsonOption(command);
  const settings = commonSettings(command);
  command.addHelpText(
    'after',
    `
Examples:
  modelgraph prices gpt-4o-mini
  modelgraph prices anthropic/claude-opus-4-7 --explain
  modelgraph prices claude-opus-4-7 --limit 1000`,
  );
  return () => ({
    kind: 'PRICES',
    names: command.args,
    history: history(),
    all: all(),
    explain: explain(),
    limit: limit(json()),
    json: json(),
    settings: settings(),
  });
};
