import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Those that take longest, by their paths: begun last, each would keep one worker busy while the others have nothing left. */
const LONGEST: readonly string[] = [
  'test/main/live-sources.test.ts',
  'test/faces/explorer/browser.test.ts',
  'test/main/start.test.ts',
  'test/main/rest/conformance.test.ts',
  'test/main/kill.test.ts',
  'test/main/shutdown.test.ts',
  'test/adapters/store/embedded.test.ts',
  'test/main/telemetry.test.ts',
  'test/main/production-install.test.ts',
  'test/main/proxy.test.ts',
  'test/adapters/store/spool.test.ts',
  'test/main/parity/what-is-answered.test.ts',
  'test/faces/graphql/slow-reader.test.ts',
  'test/faults/hanging.test.ts',
  'test/main/clients.test.ts',
  'test/main/readme.test.ts',
  'test/main/price-history.test.ts',
  'test/adapters/providers/http-provider.test.ts',
  'test/gateway/survivors.test.ts',
  'test/main/open-catalogue.test.ts',
  'test/catalogue/kept-catalogue.test.ts',
  'test/main/ended-keys.test.ts',
  'test/main/rest/failures-stream.test.ts',
  'test/faces/graphql/work-limits.test.ts',
  'test/adapters/sources/source-reader.test.ts',
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
