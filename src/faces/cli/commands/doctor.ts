import type { Command } from 'commander';
import type { StatedSettings } from '../../../domain/stated-settings.ts';
import { flagOption, jsonOption, readText, valueOption } from '../options.ts';
import { commonSettings } from '../setting-options.ts';

export type DoctorCommand = {
  readonly kind: 'DOCTOR';
  /** Send one tiny completion to each. */
  readonly call: boolean;
  readonly json: boolean;
  /** The provider's name of the model to ask, where one provider is named. */
  readonly model?: string;
  /** Ids or aliases; empty: all that are on. */
  readonly providers: readonly string[];
  readonly settings: StatedSettings;
};

export const define = (command: Command): (() => DoctorCommand) => {
  command.argument('[providers...]', 'ids of providers (default: those that are on or in the config file)');
  const call = flagOption(
    command,
    '--call',
    'also send one completion of at most 16 tokens to each, which costs',
  );
  const model = valueOption(command, '--model <name>', 'with --call and one provider: the model to call', {
    read: readText,
    usual: 'the cheapest',
  });
  const json = jsonOption(command);
  const settings = commonSettings(command);
  command.addHelpText(
    'after',
    `
Exit code: 0 if all is well, 1 if not, 2 if the command is misused.

Examples:
  modelgraph doctor
  modelgraph doctor groq azure
  modelgraph doctor openai --call --model gpt-4o-mini`,
  );
  return () => {
    const name = model();
    if (name !== undefined && (!call() || command.args.length !== 1))
      command.error('--model needs --call and exactly one provider.');
    return {
      kind: 'DOCTOR',
      call: call(),
      json: json(),
      providers: command.args,
      ...(name !== undefined && { model: name }),
      settings: settings(),
    };
  };
};
