import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const PROGRAM = new URL('survivors.ts', import.meta.url).pathname;
/** So large that nothing is collected but where the program says so: what is under way then would survive, and rightly. */
const FLAGS = ['--expose-gc', '--min-semi-space-size=64', '--max-semi-space-size=64'];
/** Up to 900 survive, of statistics and the ledger's rows; a request that stays whole is 10,000 to 30,000. */
const MAX_BYTES = 1_024;
/** What else happens at a collection makes more of it, and nothing makes less. */
const RUNS = 3;

type Survivors = { readonly [situation: string]: number };

const survivors = async (): Promise<Survivors> => {
  const { stdout } = await promisify(execFile)(process.execPath, [...FLAGS, PROGRAM]);
  return JSON.parse(stdout);
};

it('requests that are over do not outlive a young collection', async () => {
  let least = await survivors();
  expect(Object.keys(least)).toEqual(['completion', 'operation', 'restWhole', 'restStream']);
  for (let run = 1; run < RUNS && Object.values(least).some((bytes) => bytes >= MAX_BYTES); run += 1) {
    const again = await survivors();
    least = Object.fromEntries(
      Object.entries(least).map(([name, bytes]) => [name, Math.min(bytes, again[name] ?? bytes)]),
    );
  }
  for (const [situation, bytes] of Object.entries(least))
    expect(bytes, `bytes a request that survive: ${situation}`).toBeLessThan(MAX_BYTES);
}, 240_000);
