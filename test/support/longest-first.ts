import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Those that take longest, by their paths: begun last, each would keep one worker busy while the others have nothing left. */
const LONGEST: readonly string[] = [
  'test/main/live-sources.test.ts',
  'test/main/start.test.ts',
  'test/faces/explorer/browser.test.ts',
  'test/main/shutdown.test.ts',
  'test/adapters/store/embedded.test.ts',
  'test/main/telemetry.test.ts',
  'test/main/rest/conformance.test.ts',
  'test/main/parity/what-is-answered.test.ts',
  'test/main/parity/what-is-asked.test.ts',
  'test/main/readme.test.ts',
  'test/main/doctor.test.ts',
  'test/main/proxy.test.ts',
  'test/main/measure.test.ts',
  'test/main/catalogue-commands.test.ts',
  'test/main/price-history.test.ts',
];

/** In workers of their own, and longer than most. */
const FIRST_PROJECT = 'services';

const placeOf = ({ project, moduleId }: TestSpecification): number => {
  if (project.name === FIRST_PROJECT) return -1;
  const place = LONGEST.findIndex((path) => moduleId.endsWith(`/${path}`));
  return place < 0 ? LONGEST.length : place;
};

/** The longest first, the others as without it: by what they took the last time, else by size. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => placeOf(one) - placeOf(other));
  }
}
