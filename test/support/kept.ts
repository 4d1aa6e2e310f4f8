/**
 * Starts what costs much to start once for all test files that this process runs, and keeps it for as long as the process
 * lives. What is kept must be asked in such a way that no file notices what another did before.
 */
export const kept = <Started>(start: () => Promise<Started>): (() => Promise<Started>) => {
  let starting: Promise<Started> | undefined;
  return () => {
    starting ??= start().catch((error: unknown) => {
      starting = undefined;
      throw error;
    });
    return starting;
  };
};
