import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const PROGRAM = new URL('survivors.ts', import.meta.url).pathname;
/** So large that nothing is collected but where the program says so: what is under way then would survive, and rightly. */
const FLAGS = ['--expose-gc', '--min-semi-space-size=64', '--max-semi-space-size=64'];
/** Up to 900 survive, of statistics and the ledger's rows; a request that stays whole is 10,000 to 30,000. */
const MAX_BYTES = 2_000;

it('requests that are over do not outlive a young collection', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [...FLAGS, PROGRAM]);
  const survivors: { readonly [situation: string]: number } = JSON.parse(stdout);
  expect(Object.keys(survivors)).toEqual(['completion', 'operation', 'restWhole', 'restStream']);
  for (const [situation, bytes] of Object.entries(survivors))
    expect(bytes, `bytes a request that survive: ${situation}`).toBeLessThan(MAX_BYTES);
}, 120_000);
