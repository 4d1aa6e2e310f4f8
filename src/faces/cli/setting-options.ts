import type { Command } from 'commander';
import type { StatedSettings } from '../../domain/stated-settings.ts';
import { type Reads, readText, readWithin, readWord, typed, valueOption } from './options.ts';

const LOG_LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const;
const LOG_FORMATS = ['AUTO', 'PRETTY', 'JSON'] as const;

type SettingOption = (command: Command) => readonly [variable: string, flag: string, read: Reads<string>];

const setting =
  (
    variable: string,
    flag: string,
    value: string,
    about: string,
    usual: string,
    read: (text: string) => string,
  ): SettingOption =>
  (command) => [
    variable,
    flag,
    valueOption(command, `${flag} <${value}>`, `${about}; overrides ${variable}`, { read, usual }),
  ];

const whole = (text: string): string => String(readWithin(0, 65_535)(text, undefined));
const text = (given: string): string => readText(given, undefined);
const wordOf =
  (words: readonly string[]) =>
  (given: string): string =>
    typed(readWord(words)(given, undefined));

const CONFIG = setting('MODELGRAPH_CONFIG', '--config', 'file', 'config file', './modelgraph.yaml', text);
const DATA = setting(
  'MODELGRAPH_DATA_DIR',
  '--data-dir',
  'folder',
  'folder of the embedded database',
  '.modelgraph',
  text,
);

/** Settings of every command that reads the configuration. */
const COMMON = [CONFIG, DATA];

/** Settings of the server. */
const SERVER = [
  setting('PORT', '--port', 'number', 'TCP port, 0 for a free one', '4000', whole),
  setting(
    'HOST',
    '--host',
    'address',
    'address to listen on, 0.0.0.0 for all of this machine',
    '127.0.0.1',
    text,
  ),
  ...COMMON,
  setting(
    'MODELGRAPH_LOG_LEVEL',
    '--log-level',
    'level',
    'least serious log lines: debug, info, warn or error',
    'info',
    wordOf(LOG_LEVELS),
  ),
  setting(
    'MODELGRAPH_LOG_FORMAT',
    '--log-format',
    'format',
    'log lines: pretty, json, or auto: pretty on a terminal',
    'auto',
    wordOf(LOG_FORMATS),
  ),
];

const addSettings = (command: Command, settings: readonly SettingOption[]): (() => StatedSettings) => {
  command.optionsGroup('Settings:');
  const options = settings.map((add) => add(command));
  command.optionsGroup('Options:');
  return () =>
    Object.fromEntries(
      options.flatMap(([variable, flag, read]) => {
        const value = read();
        return value === undefined ? [] : [[variable, { flag, value }]];
      }),
    );
};

export const serverSettings = (command: Command): (() => StatedSettings) => addSettings(command, SERVER);

export const commonSettings = (command: Command): (() => StatedSettings) => addSettings(command, COMMON);
