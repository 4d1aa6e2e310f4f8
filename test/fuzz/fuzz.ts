import fc from 'fast-check';

/**
 * Generated tests draw from one seed, so that each run of the suite draws the same. To search on:
 *
 * - `MODELGRAPH_FUZZ_RUNS=20000 npx vitest run test/fuzz` draws so many cases of each property,
 * - `MODELGRAPH_FUZZ_SEED=7` draws others,
 * - `MODELGRAPH_FUZZ_PATH=12:0:3` goes straight to the case of that seed which a failure has printed, with `-t` for its title.
 */
const setting = (name: string): number | undefined => {
  const text = process.env[name] ?? '';
  return text === '' ? undefined : Number(text);
};
const RUNS = setting('MODELGRAPH_FUZZ_RUNS');
const SEED = setting('MODELGRAPH_FUZZ_SEED') ?? 20_261_130;
const PATH = process.env.MODELGRAPH_FUZZ_PATH;

/** No reading of a small text takes so long, however busy the machine. */
const HANGS_MS = 5_000;

const MAX_SHOWN = 3_000;

/** A case may hold a whole stream: what it was drawn from says more than all of its bytes. */
const report = <Case>(details: fc.RunDetails<[Case]>): void => {
  if (!details.failed) return;
  const { seed, counterexamplePath, counterexample, errorInstance } = details;
  const shown = fc.stringify(counterexample?.[0]).slice(0, MAX_SHOWN);
  const replay = `MODELGRAPH_FUZZ_SEED=${seed} MODELGRAPH_FUZZ_PATH=${counterexamplePath}`;
  const why = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  throw new Error(`${why}\n\nreplay: ${replay}\ncase: ${shown}`, { cause: errorInstance });
};

const parameters = <Case>(runs: number): fc.Parameters<[Case]> => ({
  numRuns: RUNS ?? runs,
  seed: SEED,
  reporter: report,
  ...(PATH !== undefined && { path: PATH }),
});

const namesOfAll = (): string => Object.getOwnPropertyNames(Object.prototype).join();
const CLEAN = namesOfAll();

const timed = (check: () => void): void => {
  const start = performance.now();
  check();
  const took = performance.now() - start;
  if (took > HANGS_MS) throw new Error(`took ${Math.round(took)} ms`);
  if (namesOfAll() !== CLEAN) throw new Error(`Object.prototype is changed: ${namesOfAll()}`);
};

/** Holds the property against `runs` drawn cases; none may take long, or leave a mark on what all objects share. */
export const holds = <Case>(runs: number, cases: fc.Arbitrary<Case>, check: (drawn: Case) => void): void => {
  fc.assert(
    fc.property(cases, (drawn) => timed(() => check(drawn))),
    parameters<Case>(runs),
  );
};

/** As `holds`, for what answers later. */
export const holdsLater = async <Case>(
  runs: number,
  cases: fc.Arbitrary<Case>,
  check: (drawn: Case) => Promise<void>,
): Promise<void> => {
  await fc.assert(
    fc.asyncProperty(cases, async (drawn) => {
      await check(drawn);
      timed(() => {});
    }),
    { ...parameters<Case>(runs), timeout: 4 * HANGS_MS },
  );
};
