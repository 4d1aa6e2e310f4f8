import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

const HERE = import.meta.dirname;
const TSC = join(createRequire(import.meta.url).resolve('typescript/package.json'), '../bin/tsc');
const folder = mkdtempSync(join(HERE, 'checked-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Type-checks a program that uses the generated client; resolves with what the compiler says. */
const typeCheck = (program: string): Promise<string> => {
  writeFileSync(join(folder, 'program.ts'), program);
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: '../../../tsconfig.json', include: ['program.ts', '../consumer.ts'] }),
  );
  return new Promise((resolve, reject) => {
    const compiler = spawn(process.execPath, [TSC, '-p', folder, '--pretty', 'false']);
    let output = '';
    compiler.stdout.on('data', (chunk) => {
      output += chunk;
    });
    compiler.once('error', reject);
    compiler.once('close', () => resolve(output));
  });
};

const USE = `
import type { WatchSubscription, AskMutation, ModelPricesQuery } from '../generated/graphql.ts';
declare const event: WatchSubscription['completion'];
declare const answer: NonNullable<AskMutation['complete']>;
declare const prices: ModelPricesQuery;
const price = prices.model?.offerings.edges[0]?.node.price;
`;

it('generated types know every member of a union, and that amounts are exact text', async () => {
  const output = await typeCheck(`${USE}
export const text: string = event.__typename === 'TextDelta' ? event.text : '';
export const suggestions: readonly string[] = answer.__typename === 'UnknownModelError' ? answer.suggestions : [];
export const amount: string | undefined = price?.__typename === 'Price' ? price.amount.amount : undefined;
`);
  expect(output).toBe('');
});

it('generated types refuse fields that were not asked for, and money as a number', async () => {
  const output = await typeCheck(`${USE}
export const cost = event.__typename === 'CompletionFinished' ? event.cost : undefined;
export const amount: number | undefined = price?.__typename === 'Price' ? price.amount.amount : undefined;
`);
  expect(output).toContain("Property 'cost' does not exist");
  expect(output).toContain("Type 'string' is not assignable to type 'number'");
});
