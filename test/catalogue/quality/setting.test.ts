import { expect, it } from 'vitest';
import { parseSetting } from '../../../src/catalogue/quality/setting.ts';

it.each([
  [undefined, 'USUAL', ''],
  ['max', 'USUAL', ''],
  ['32K', 'USUAL', ''],
  ['16K thinking', 'USUAL', ''],
  ['32k thinking tokens, diff', 'USUAL', ''],
  ['default think, diff-fenced', 'USUAL', ''],
  ['high; thinking; high; voice', 'USUAL', ''],
  ['none; free', 'LITTLE', ''],
  ['no think, diff', 'LITTLE', ''],
  ['minimal', 'LITTLE', ''],
  ['low effort', 'LITTLE', ''],
  ['FC', 'USUAL', 'fc'],
  ['FC thinking', 'USUAL', 'fc'],
  ['Prompt + Thinking', 'USUAL', 'prompt'],
  ['high; retrieval alltools', 'USUAL', 'retrieval-alltools'],
  ['enabled; custom scaffold; voice', 'USUAL', 'custom-scaffold'],
  ['max effort; mini-SWE-agent', 'USUAL', 'mini-swe-agent'],
  ['Claude Code; Terminus-2', 'USUAL', 'claude-code+terminus-2'],
] as const)(
  'the setting %j is run with effort %s under the conditions "%s"',
  (setting, effort, conditions) => {
    expect(parseSetting(setting)).toEqual({ effort, conditions });
  },
);
