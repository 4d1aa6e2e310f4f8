import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Decimal } from '../../../src/domain/money.ts';
import { age, money, tokens } from '../../../src/faces/cli/figures.ts';
import { bar, PLAIN_TERMINAL, terminalFor } from '../../../src/faces/cli/terminal.ts';
import { textTable, widthOf, wrapped } from '../../../src/faces/cli/text-table.ts';

type Row = { readonly name: string; readonly rate?: string };
const onTerminal = (width: number) => ({ width, colours: false, bars: true });
const table = (rows: readonly Row[], width?: number) =>
  textTable<Row>(
    [
      { title: 'NAME', align: 'LEFT', cut: 'LAST', text: ({ name }) => name },
      { title: 'RATE', align: 'RIGHT', text: ({ rate }) => rate },
    ],
    rows,
    width === undefined ? PLAIN_TERMINAL : onTerminal(width),
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
        { name: '👍🏽', rate: '3' },
      ]),
    ).toEqual(['NAME      RATE', '通义千问     1', 'e\u0301            2', '👍🏽           3']);
  });

  it('cuts between characters, by the cells that they take, and lets no control character through', () => {
    expect(
      table(
        [
          { name: '通义千问大语言模型', rate: '1' },
          { name: 'a\u001b[31m\u202ebcdefghij', rate: '2' },
        ],
        17,
      ),
    ).toEqual(['NAME         RATE', '通义千…模型     1', 'a [31…fghij     2']);
  });

  it.each([60, 80, 120, 200])(
    'fits %i columns: words give way before names, names only as far as needed',
    (width) => {
      const id = 'provider/a-model-with-a-long-name-2026-11-30';
      const lines = textTable(
        [
          { title: 'ID', align: 'LEFT', cut: 'LAST', text: () => id },
          { title: 'WHEN', align: 'LEFT', cut: 'FIRST', text: () => '通常 '.repeat(60).trim() },
          { title: 'RATE', align: 'RIGHT', text: () => '0.123456789' },
        ],
        [0],
        onTerminal(width),
      );
      expect(lines.map(widthOf)).toEqual([width, width]);
      expect(lines[1]).toMatch(
        width === 60 ? /^provider\/a-model-\S*…\S*-2026-11-30 / : new RegExp(`^${id} `),
      );
    },
  );

  it('is as wide as it is in a pipe', () => {
    const name = 'provider/'.padEnd(400, 'x');
    expect(table([{ name, rate: '1' }])[1]).toBe(`${name}     1`);
  });
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

const streamLike = (properties: { isTTY?: boolean; columns?: number; depth?: number }) =>
  Object.assign(new PassThrough(), properties, { getColorDepth: () => properties.depth ?? 8 });

it('a table has colours where the terminal has them, and bars for people alone', () => {
  expect(terminalFor(streamLike({ isTTY: true, columns: 90 }))).toEqual({
    width: 90,
    colours: true,
    bars: true,
  });
  expect(terminalFor(streamLike({ isTTY: true, columns: 0 })).width).toBe(80);
  expect(terminalFor(streamLike({ isTTY: true, columns: 10 })).width).toBe(40);
  expect(terminalFor(streamLike({ isTTY: true, depth: 1 })).colours).toBe(false);
  expect(terminalFor(streamLike({}))).toEqual(PLAIN_TERMINAL);
  const column = { title: 'A', align: 'RIGHT', style: 'COST', text: () => '1' } as const;
  const [, painted] = textTable([column], [0], { width: 90, colours: true, bars: true });
  expect(painted).toBe('\u001b[38;5;172m1\u001b[0m');
  expect([bar(0), bar(0.5), bar(1)]).toEqual(['▯▯▯▯▯', '▮▮▮▯▯', '▮▮▮▮▮']);
});

it('a long sentence is broken between words', () => {
  const lines = wrapped('word '.repeat(60).trim(), onTerminal(120));
  expect(lines.map((line) => line.length <= 120)).toEqual(lines.map(() => true));
  expect(lines.join(' ').replaceAll(/ +/g, ' ')).toBe('word '.repeat(60).trim());
});

it('figures are short and never in exponents', () => {
  expect(money(new Decimal('0.000000123456789'))).toBe('0.000000123457');
  expect(money(new Decimal('1234567.891'))).toBe('1234570');
  expect([tokens(999), tokens(128_000), tokens(1_048_576)]).toEqual(['999', '128k', '1.05M']);
  expect([age(59), age(7_200), age(172_800)]).toEqual(['0m', '2h', '2d']);
});
