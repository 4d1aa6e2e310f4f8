/** How often it is looked whether the parent lives; nothing tells of its end. */
const LOOK_EVERY_MS = 500;

type Variable = (name: string) => string | undefined;

/**
 * Whether this process was started for a command that waits for it: npm, or the launcher in bin/. Other parents may end
 * while the server goes on.
 */
const isWaitedFor = (variable: Variable): boolean =>
  variable('MODELGRAPH_LAUNCHER') === String(process.ppid) ||
  variable('npm_lifecycle_event') === 'npx' ||
  (variable('npm_lifecycle_event') === 'start' && variable('npm_package_name') === 'modelgraph');

/**
 * Calls back once the command that waits for this process has ended without it: npm hands a SIGTERM to a shell, which ends
 * and hands it to nobody.
 */
export const watchParent = (variable: Variable, onGone: () => void): void => {
  if (!isWaitedFor(variable)) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onGone();
  }, LOOK_EVERY_MS).unref();
};
