import { describe, expect, it } from 'vitest';
import { Decimal } from '../../../src/domain/money.ts';
import { age, money, tokens } from '../../../src/faces/cli/figures.ts';
import { bar, terminalFor } from '../../../src/faces/cli/terminal.ts';
import { textTable, widthOf, wrapped } from '../../../src/faces/cli/text-table.ts';

type Row = { readonly name: string; readonly rate?: string };
const table = (rows: readonly Row[], atMost?: number) =>
  textTable<Row>(
    [
      { title: 'NAME', align: 'LEFT', text: ({ name }) => name, ...(atMost !== undefined && { atMost }) },
      { title: 'RATE', align: 'RIGHT', text: ({ rate }) => rate },
    ],
    rows,
  );

describe('a table', () => {
  it('aligns names to the left, numbers to the right, and says - where nothing is known', () => {
    expect(table([{ name: 'a', rate: '10.5' }, { name: 'longer' }])).toEqual([
      'NAME    RATE',
      'a       10.5',
      'longer     -',
    ]);
  });

  it('gives wide characters two cells, and marks none', () => {
    expect(
      table([
        { name: '通义千问', rate: '1' },
        { name: 'e\u0301', rate: '2' },
      ]),
    ).toEqual(['NAME      RATE', '通义千问     1', 'e\u0301            2']);
  });

  it('cuts what is too long by cells, and lets no control character through', () => {
    expect(
      table(
        [
          { name: '通义千问', rate: '1' },
          { name: 'a\u001b[31m\u202eb', rate: '2' },
        ],
        6,
      ),
    ).toEqual(['NAME    RATE', '通义…      1', 'a [31…     2']);
  });
});

it('a table gives way where it is widest until it fits 120 cells', () => {
  const column = { align: 'LEFT', atMost: 100 } as const;
  const [title = '', line = ''] = textTable(
    [
      { ...column, title: 'WIDE', text: () => 'w'.repeat(90) },
      { ...column, title: 'MIDDLE', text: () => '通'.repeat(30) },
      { title: 'WHOLE', align: 'RIGHT', text: () => '0.123456789' },
    ],
    [0],
  );
  expect(widthOf(line)).toBe(120);
  expect(line).toMatch(/^w{50,}… {2}通{25,}…? +0\.123456789$/);
  expect(widthOf(title)).toBe(120);
});

it('a table leaves out the columns that say least before it cuts any, and never cuts what has to be whole', () => {
  const columns = [
    { title: 'ID', align: 'LEFT', text: () => 'x'.repeat(30) },
    { title: 'ONE', align: 'LEFT', text: () => 'first', dropOrder: 1 },
    { title: 'TWO', align: 'LEFT', text: () => 'second', dropOrder: 2 },
  ] as const;
  const at = (width: number) => textTable(columns, [0], { width, colours: false, bars: false })[0]?.trim();
  expect([at(50), at(40), at(35), at(20)]).toEqual([
    expect.stringMatching(/ID +ONE +TWO/),
    expect.stringMatching(/^ID +ONE$/),
    'ID',
    'ID',
  ]);
});

it('a table has colours and bars if somebody looks at it who has not refused them', () => {
  const variables = { noColor: undefined, forceColor: undefined, term: 'xterm-256color' };
  const screen = { isTTY: true, columns: 90 };
  expect(terminalFor(screen, variables)).toEqual({ width: 90, colours: true, bars: true });
  expect(terminalFor(screen, { ...variables, noColor: '1' }).colours).toBe(false);
  expect(terminalFor({}, variables)).toEqual({ width: 120, colours: false, bars: false });
  expect(terminalFor({}, { ...variables, forceColor: '1' }).colours).toBe(true);
  const column = { title: 'A', align: 'RIGHT', style: 'COST', text: () => '1' } as const;
  const [, painted] = textTable([column], [0], { width: 90, colours: true, bars: true });
  expect(painted).toBe('\u001b[38;5;172m1\u001b[0m');
  expect([bar(0), bar(0.5), bar(1)]).toEqual(['▯▯▯▯▯', '▮▮▮▯▯', '▮▮▮▮▮']);
});

it('a long sentence is broken between words', () => {
  const lines = wrapped('word '.repeat(60).trim());
  expect(lines.map((line) => line.length <= 120)).toEqual(lines.map(() => true));
  expect(lines.join(' ').replaceAll(/ +/g, ' ')).toBe('word '.repeat(60).trim());
});

it('figures are short and never in exponents', () => {
  expect(money(new Decimal('0.000000123456789'))).toBe('0.000000123457');
  expect(money(new Decimal('1234567.891'))).toBe('1234570');
  expect([tokens(999), tokens(128_000), tokens(1_048_576)]).toEqual(['999', '128k', '1.05M']);
  expect([age(59), age(7_200), age(172_800)]).toEqual(['0m', '2h', '2d']);
});
