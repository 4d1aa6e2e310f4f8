import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const HERE = import.meta.dirname;
const TSC = join(createRequire(import.meta.url).resolve('typescript/package.json'), '../bin/tsc');
const folder = mkdtempSync(join(HERE, 'checked-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const USE = `
import type { WatchSubscription, AskMutation, ModelPricesQuery } from '../generated/graphql.ts';
declare const event: WatchSubscription['completion'];
declare const answer: NonNullable<AskMutation['complete']>;
declare const prices: ModelPricesQuery;
const price = prices.model?.offerings.edges[0]?.node.price;
`;

/** Programs that use the generated client. */
const PROGRAMS = {
  sound: `${USE}
export const text: string = event.__typename === 'TextDelta' ? event.text : '';
export const suggestions: readonly string[] = answer.__typename === 'UnknownModelError' ? answer.suggestions : [];
export const amount: string | undefined = price?.__typename === 'Price' ? price.amount.amount : undefined;
`,
  wrong: `${USE}
export const cost = event.__typename === 'CompletionFinished' ? event.cost : undefined;
export const amount: number | undefined = price?.__typename === 'Price' ? price.amount.amount : undefined;
`,
};

/** The compiler's messages; it reads all of them at once. */
let said: readonly string[];
beforeAll(async () => {
  for (const [name, program] of Object.entries(PROGRAMS)) writeFileSync(join(folder, `${name}.ts`), program);
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: '../../../tsconfig.json',
      include: ['sound.ts', 'wrong.ts', '../consumer.ts'],
    }),
  );
  const output = await new Promise<string>((resolve, reject) => {
    const compiler = spawn(process.execPath, [TSC, '-p', folder, '--pretty', 'false']);
    let printed = '';
    compiler.stdout.on('data', (chunk) => {
      printed += chunk;
    });
    compiler.once('error', reject);
    compiler.once('close', () => resolve(printed));
  });
  // What explains a message is indented below it.
  said = output.split(/\n(?!\s)/).filter((message) => message !== '');
});

it('generated types know every member of a union, and that amounts are exact text', () => {
  expect(said.filter((message) => !message.includes('wrong.ts'))).toEqual([]);
});

it('generated types refuse fields that were not asked for, and money as a number', () => {
  const output = said.filter((message) => message.includes('wrong.ts')).join('\n');
  expect(output).toContain("Property 'cost' does not exist");
  expect(output).toContain("Type 'string' is not assignable to type 'number'");
});
