import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isReadable } from '../../../../src/gateway/routing/conditions/readable-headers.ts';
import { compileExpression } from '../../../../src/gateway/routing/conditions/request-expression.ts';
import { RequestVariables } from '../../../../src/gateway/routing/conditions/variables.ts';
import { AT, offers } from '../strategies/candidates.ts';

const [candidate] = offers({ a: {} });

/** As large as a request can make them. */
const large = (): RequestVariables => {
  const text = 'a'.repeat(10_000);
  const variables = new RequestVariables({
    at: AT,
    model: text,
    operation: 'COMPLETION',
    key: { id: 'key' as never, name: text, role: 'MEMBER' },
    isStreamed: true,
    user: text,
    region: text,
    metadata: Object.fromEntries(Array.from({ length: 16 }, (_, n) => [`tag${n}`, text])),
    headers: Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`x-${n}`, text])),
    maxTokens: Number.MAX_SAFE_INTEGER,
    output: 'json',
    promptTokens: () => 1e9,
    tools: () => Array.from({ length: 10_000 }, () => text),
    inputModalities: () => ['IMAGE'],
    language: () => 'en',
    complexity: () => 0.5,
    costOf: () => Number.NaN,
    route: text,
    budgetShare: () => undefined,
  });
  variables.lookAt(candidate);
  return variables;
};

const PIECES = [
  'promptTokens',
  'maxTokens',
  'tools',
  'user',
  'headers',
  'metadata',
  'candidate',
  '.id',
  '.costUsd',
  '.exists(t, ',
  '.all(t, ',
  't',
  'size(',
  'has(',
  '(',
  ')',
  ')',
  '"a"',
  '"aaaaaaaaaaaaaaaaaaaa"',
  '1',
  '9223372036854775807',
  '0',
  ' + ',
  ' * ',
  ' / ',
  ' % ',
  ' - ',
  ' && ',
  ' || ',
  ' == ',
  ' != ',
  ' < ',
  ' > ',
  ' in ',
  ' ? ',
  ' : ',
  '!',
  '-',
  '[',
  ']',
  ',',
  '.contains(',
  '.lowerAscii()',
  'string(',
  'int(',
  'double(',
  '.matches(',
  '.split("")',
  '.join()',
  'cel.bind(x, ',
  'x',
  '{',
  '}',
  'timestamp(',
  'stream',
  'true',
  '.tag1',
  '.x_1',
  '.constructor',
  '.__proto__',
];

it('of any text is read or refused, never breaks, and is soon done with the largest of requests', () => {
  const variables = large();
  const texts = fc.oneof(
    fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map((pieces) => pieces.join('')),
    fc.string({ maxLength: 200 }),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const before = performance.now();
      const compiled = compileExpression(text);
      if (compiled.kind === 'OK') {
        expect(typeof compiled.expression.holds(variables)).toBe('boolean');
        if (!compiled.expression.holds(variables)) compiled.expression.falsePart(variables);
      }
      expect(performance.now() - before).toBeLessThan(1_000);
    }),
    { numRuns: 3_000 },
  );
});

it.each([
  'tools.all(t, t.contains(t + "b") || !t.lowerAscii().startsWith("b") || size(t + t + t + t) > 3)',
  `tools.all(t, ${Array.from({ length: 25 }, () => '!t.contains("b")').join(' && ')})`,
  `size(${Array.from({ length: 60 }, () => 'user').join(' + ')}) > 0`,
  `user.contains("${'a'.repeat(500)}b") || !user.contains(headers.x_1)`,
])('as dear as one may be is soon done: %s', (text) => {
  const compiled = compileExpression(text);
  if (compiled.kind === 'INVALID') throw new Error(compiled.problem);
  const before = performance.now();
  compiled.expression.holds(large());
  expect(performance.now() - before).toBeLessThan(1_000);
});

it('a header that holds a credential is not readable by any spelling', () => {
  for (const name of [
    'authorization',
    'proxy-authorization',
    'cookie',
    'set-cookie',
    'x-api-key',
    'x-goog-api-key',
    'api-key',
    'x-amz-security-token',
    'x-auth',
    'x-session-id',
    'x-forwarded-client-cert',
    'x-jwt-assertion',
    'x-csrf-token',
  ])
    expect([name, isReadable(name)]).toEqual([name, false]);
  for (const name of ['x-team', 'user-agent', 'x-tenant-id', 'accept-language'])
    expect([name, isReadable(name)]).toEqual([name, true]);
});
