import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { createLog, type LogLevel } from '../../../src/adapters/telemetry/log.ts';

type Options = { readonly level: LogLevel; readonly pretty: boolean; readonly colours?: boolean };
const logTo = (options: Options) => {
  const lines: string[] = [];
  return { lines, log: createLog({ ...options, destination: { write: (line) => lines.push(line) } }) };
};

it('writes one JSON object a line, with the fields beside the message', () => {
  const { lines, log } = logTo({ level: 'info', pretty: false });
  log.debug('not this');
  log.warn('Slow', { provider: 'openai', ms: 1200, absent: undefined, tags: ['a', 'b'] });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/\n$/);
  expect(JSON.parse(lines[0] ?? '')).toEqual({
    level: 'warn',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    provider: 'openai',
    ms: 1200,
    tags: ['a', 'b'],
    msg: 'Slow',
  });
});

it('writes a short line for a person', () => {
  const { lines, log } = logTo({ level: 'debug', pretty: true });
  log.debug('Started');
  log.error('It broke', { provider: 'openai', why: 'two words', ms: 3 });
  expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d DEBUG Started\n$/);
  expect(lines[1]).toMatch(/^\d\d:\d\d:\d\d ERROR It broke provider=openai why="two words" ms=3\n$/);
});

it('colours a line for a terminal, and lets no control character of others through', () => {
  const { lines, log } = logTo({ level: 'debug', pretty: true, colours: true });
  log.warn('It said \u001b[2J\n\u009b', { reason: '\u009b2J \u202e', ms: 3 });
  const [line = ''] = lines;
  expect(line).toContain('\u001b[33mWARN ');
  expect(stripVTControlCharacters(line)).toMatch(
    /^\d\d:\d\d:\d\d WARN {2}It said {2}\[2J {2}reason=" 2J {2}" ms=3\n$/,
  );
});

it('keeps quiet where it is told to', () => {
  const { lines, log } = logTo({ level: 'silent', pretty: false });
  log.error('nothing');
  expect(lines).toEqual([]);
});
