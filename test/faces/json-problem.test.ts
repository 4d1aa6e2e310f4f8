import { expect, it } from 'vitest';
import { explainJsonFault } from '../../src/faces/json-problem.ts';

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

it.each([
  ['', 'it is empty'],
  [' \n', 'it is empty'],
  ['{"a": 1,}', 'a comma stands before }, where nothing follows (line 1, column 9, near {"a": 1,})'],
  ['[1, 2,]', 'a comma stands before ], where nothing follows (line 1, column 7, near [1, 2,])'],
  ["{'a': 1}", "strings take double quotes, not single ones (line 1, column 2, near {'a': 1})"],
  ['{\n  "a": 1\n  "b": 2\n}', 'a comma or } is expected (line 3, column 3, near { "a": 1 "b": 2 })'],
  ['{a: 1}', 'a name in double quotes or } is expected (line 1, column 2, near {a: 1})'],
  ['{"a" 1}', 'a colon is expected (line 1, column 6, near {"a" 1})'],
  ['{"a": }', 'a value is expected (line 1, column 7, near {"a": })'],
  ['{"a": 1', 'it ends where a comma or } is expected (line 1, column 8, near {"a": 1)'],
  ['{"a": "x', 'it ends within a string (line 1, column 9, near {"a": "x)'],
  ['{"a": "x\ny"}', 'a line break within a string is written as \\n (line 1, column 9, near {"a": "x y"})'],
  [
    '{"a": "C:\\Users"}',
    'a backslash within a string is written as \\\\ (line 1, column 10, near {"a": "C:\\Users"})',
  ],
  ['{"a": True}', 'True is not part of JSON (line 1, column 7, near {"a": True})'],
  ['{"a": NaN}', 'NaN is not part of JSON (line 1, column 7, near {"a": NaN})'],
  ['{"a": 1} // end', 'something follows its end (line 1, column 10, near {"a": 1} // end)'],
  ['{ // first\n"a": 1}', 'comments are not part of JSON (line 1, column 3, near { // first "a": 1})'],
  ['hello', 'a value is expected (line 1, column 1, near hello)'],
  ['model=gpt&x=1', 'a value is expected (line 1, column 1, near model=gpt&x=1)'],
  ['{"a": 01}', 'a comma or } is expected (line 1, column 8, near {"a": 01})'],
])('says where and why %j is not JSON', (text, message) => {
  expect(isJson(text)).toBe(false);
  expect(explainJsonFault(text)).toBe(message);
});

it('shows nothing that may be a secret', () => {
  for (const text of [
    '{"key": "mg_0123456789abcdefghij" "x": 1}',
    '{"key": mg_0123456789abcdefghij}',
    `{"a": "${'x'.repeat(5_000)}" 1}`,
    '{"key": "mg_0123456789\\qabcdefghij"}',
  ]) {
    const said = explainJsonFault(text);
    expect(said).toMatch(/line 1, column \d+, near /);
    expect(said).not.toMatch(/mg_|0123456789|xxxx/);
    expect(said.length).toBeLessThan(160);
  }
});

it('finds a fault in every text that is not JSON, however deep, and none in one that is', () => {
  const texts = [
    '{"a":[1,{"b":"\\u00e9\\n"},null,true,-1.5e+3]}',
    '[]',
    '{}',
    '"x"',
    '0',
    `${'['.repeat(9_000)}1${']'.repeat(9_000)}`,
  ];
  for (const text of texts) {
    expect(explainJsonFault(text)).toBe('it cannot be read');
    for (let cut = 1; cut < Math.min(text.length, 60); cut += 1) {
      const broken = text.slice(0, -cut);
      if (broken !== '' && !isJson(broken)) expect(explainJsonFault(broken)).toMatch(/line 1/);
    }
  }
});

it('looks at the beginning of a long text alone, however it goes on', () => {
  const behind = 'the fault lies behind its first 999000 characters';
  for (const [start, rest] of [
    ['[', '\n'],
    ['', '['],
    ['[', '1,'],
    ['{"a":"', 'A'],
    ['{"a":"', '\\n'],
    [' ', ' '],
  ] as const) {
    const text = start + rest.repeat(2_000_000 / rest.length);
    expect(explainJsonFault(text)).toBe(behind);
    expect(explainJsonFault(`{"a" 1}${text}`)).toMatch(/^a colon is expected \(line 1, column 6/);
  }
});
