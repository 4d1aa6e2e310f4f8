import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { z } from 'zod';
import { readPolicy } from '../../../../src/gateway/routing/policy/document.ts';
import { policyGrammar } from '../../../../src/gateway/routing/policy/grammar.ts';

const PAGE = readFileSync(new URL('../../../../docs/routing.md', import.meta.url), 'utf8');
const TABLE = PAGE.slice(PAGE.indexOf('## Every setting'));

/** `a.b`, `.c` are a.b and a.c. */
const membersOf = (cell: string): readonly string[] => {
  const [first = '', ...others] = [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
  return [first, ...others.map((name) => first.replace(/\.?[^.]*$/, '') + name)];
};
const ROWS = [...TABLE.matchAll(/^\| (`.*?`) \| (.*?) \| (.*?) ?\|$/gm)].map(
  ([, cell = '', , usual = '']) => ({
    members: membersOf(cell),
    usual,
  }),
);

/** Lists of candidates further down, and filters, have tables of their own. */
const isTold = (name: string, path: string): boolean =>
  ['filter', 'require', 'candidate'].includes(name) || (name === 'candidates' && path !== '');

type Node = z.core.$ZodType;
const inner = (node: Node): Node => {
  const { def } = (node as z.ZodType)._zod as {
    def: { type: string; innerType?: Node; in?: Node; out?: Node };
  };
  if (def.innerType !== undefined) return inner(def.innerType);
  if (def.type !== 'pipe' || def.in === undefined || def.out === undefined) return node;
  const out = (def.out as z.ZodType)._zod.def as { type: string };
  return inner(out.type === 'transform' ? def.in : def.out);
};

const leavesOf = (given: Node, path: string): readonly string[] => {
  const node = inner(given);
  const { type, element, shape } = (node as z.ZodType)._zod.def as {
    type: string;
    element?: Node;
    shape?: { readonly [name: string]: Node };
  };
  if (type === 'array' && element !== undefined) {
    const found = leavesOf(element, `${path}[]`);
    return found.length === 1 && found[0] === `${path}[]` ? [path] : found;
  }
  if (type !== 'object' || shape === undefined) return [path];
  return Object.entries(shape).flatMap(([name, member]) => {
    const at = path === '' ? name : `${path}.${name}`;
    return isTold(name, path) ? [at] : leavesOf(member, at);
  });
};

it('docs/routing.md has a row for every setting, and none for what is no setting', () => {
  expect(ROWS.flatMap(({ members }) => members).toSorted()).toEqual(
    [...leavesOf(policyGrammar, '')].toSorted(),
  );
});

const read = (more: object) => {
  const found = readPolicy({ candidates: [{ model: 'a' }], ...more });
  if (found.kind === 'INVALID') throw new Error(`${found.path} ${found.problem}`);
  return found.policy;
};

it('docs/routing.md says what holds where a setting is left out', () => {
  const { candidates, fallback, breaker, strategy } = read({});
  const known: { readonly [path: string]: unknown } = {
    candidates: candidates[0],
    fallback,
    breaker,
    strategy: strategy.kind,
    split: read({ strategy: 'SPLIT' }).strategy,
    race: read({ strategy: 'RACE' }).strategy,
    sticky: read({ strategy: 'STICKY' }).strategy,
    cascade: read({ strategy: 'CASCADE', cascade: { judge: {} } }).strategy,
    rising: read({ strategy: 'CASCADE', rising: {} }).rising,
    canary: read({ canary: { candidate: { model: 'b' }, share: 0.1 } }).canary,
    budget: read({ budget: { amount: 1, per: 'DAY' } }).budget,
    mirror: read({ mirror: { candidates: [{ model: 'b' }], share: 1, budget: { amount: 1, per: 'DAY' } } })
      .mirror,
  };
  const valueAt = (path: string): unknown =>
    path
      .replaceAll('[]', '')
      .split('.')
      .reduce<unknown>(
        (value, name) => (Object(value) === value ? Reflect.get(Object(value), name) : undefined),
        known,
      );
  const told = ROWS.flatMap(({ members: [member = ''], usual }) => {
    const plain = /^`?([A-Z0-9.]+)`?(?=$|[,;])/.exec(usual)?.[1];
    return plain === undefined || member === 'order' || member.endsWith('upTo')
      ? []
      : [[member, plain] as const];
  });
  expect(told.length).toBeGreaterThan(20);
  for (const [member, plain] of told)
    expect([member, String(valueAt(member))]).toEqual([
      member,
      plain === 'UTC' && member.startsWith('candidates') ? 'undefined' : plain,
    ]);
});
