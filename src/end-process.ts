/** Long enough for the compiler's threads to finish what they do. */
const FORCED_AFTER_MS = 500;

/**
 * Ends the process when nothing is left to do, or after half a second. Node's own `process.exit` may wait for ever: it joins
 * the compiler's threads, one of which may wait for the main thread to collect garbage (nodejs/node#54918).
 */
export const endProcess = (code?: number): void => {
  if (code !== undefined) process.exitCode = code;
  setTimeout(() => process.exit(), FORCED_AFTER_MS).unref();
};
