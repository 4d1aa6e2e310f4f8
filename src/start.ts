import { createOutbound } from './adapters/outbound.ts';
import { closeResources, openResources } from './adapters/resources.ts';
import { openLog } from './adapters/telemetry/log.ts';
import { type Config, configWith } from './config.ts';
import type { StatedSettings } from './domain/stated-settings.ts';
import { endProcess } from './end-process.ts';
import { printable } from './faces/cli/printable.ts';
import { listen } from './faces/http/listener.ts';
import type { Drained } from './gateway/gateway.ts';
import type { OwnLists } from './open-catalogue.ts';
import { watchParent } from './parent-process.ts';
import type { Log } from './ports/log.ts';
import type { RunningServer } from './serve.ts';

/**
 * Rejects with a message for a person if something that is configured is not there. `lists`: what is known of models and prices
 * besides the configuration, if not what is shipped.
 */
export const startServer = async (config: Config, log: Log, lists?: OwnLists): Promise<RunningServer> => {
  // Before anything is made: a start that finds its port taken leaves nothing behind.
  const listener = await listen(config);

  // The database starts in a thread of its own while this one reads the code that serves, which is most of all code,
  // and what that needs no database for.
  const outbound = createOutbound(config.proxy);
  const opening = openResources(config, outbound, log);
  const preparing = import('./serve.ts').then(({ prepareServer }) =>
    prepareServer(config, outbound, log, lists),
  );
  try {
    const [resources, serveWith] = await Promise.all([opening, preparing]);
    return await serveWith(resources, listener);
  } catch (error) {
    await listener.close();
    await opening.then(closeResources, () => {});
    throw error;
  }
};

/** A terminal sends Ctrl-C to this process and to npm, which sends it on: that is one signal. */
const SAME_SIGNAL_MS = 500;

const durationText = (seconds: number): string => {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
};

const underWay = (count: number): string => `${count} ${count === 1 ? 'operation' : 'operations'} under way`;

const counted = (count: number, what: string): string =>
  `${underWay(count)} ${count === 1 ? 'was' : 'were'} ${what}`;

/** What a server that stops waits for. */
const waitingText = (active: number, drainMs: number): string =>
  active === 0
    ? 'nothing is under way'
    : `${underWay(active)} may finish within ${durationText(drainMs / 1_000)}`;

/** What a server that has stopped says last. */
const stoppedText = ({ completed, cancelled }: Drained, uptimeSeconds: number): string => {
  const counts = [
    ...(completed > 0 ? [counted(completed, 'completed')] : []),
    ...(cancelled > 0 ? [`${counted(cancelled, 'cut off')} when the time was over`] : []),
  ];
  const end = counts.length === 0 ? 'nothing was under way' : counts.join(', ');
  return `Stopped after ${durationText(uptimeSeconds)}: ${end}.`;
};

/** Serves until a signal stops it. */
export const serve = async (settings: StatedSettings): Promise<void> => {
  const config = configWith(settings);
  const log = openLog(config.logLevel, config.logFormat);
  // Begun only after the signals are listened to, so that one that comes early stops it too.
  const starting = Promise.resolve().then(() => startServer(config, log));

  let running: RunningServer | undefined;
  let stopping: { readonly signal: NodeJS.Signals; readonly atMs: number } | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stopping !== undefined) {
      const isEcho = signal === stopping.signal && performance.now() - stopping.atMs < SAME_SIGNAL_MS;
      // A terminal that closes, or a service manager that sends this besides, does not ask to cut anything off.
      if (isEcho || signal === 'SIGHUP') return;
      log.warn('Stopped at once: operations under way were cut off.');
      process.exit(1);
    }
    stopping = { signal, atMs: performance.now() };
    const again = signal === 'SIGINT' ? 'Press Ctrl-C' : 'Send the signal';
    const waiting = waitingText(running?.active() ?? 0, config.drainMs);
    log.info(`Stopping: new work is refused, ${waiting}. ${again} again to stop at once.`);
    const stop = async ({ stop }: RunningServer): Promise<void> => {
      try {
        log.info(stoppedText(await stop(), process.uptime()));
        endProcess(0);
      } catch (error) {
        log.error('The server did not stop cleanly.', { reason: String(error) });
        endProcess(1);
      }
    };
    // The caller reports a start that fails.
    starting.then(stop, () => {});
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  // The terminal was closed.
  process.on('SIGHUP', onSignal);
  // Ctrl-\, and what images of containers made for nginx and its like send.
  process.on('SIGQUIT', onSignal);
  // It may have ended of the same signal: that cuts nothing off.
  watchParent(config.variable, () => {
    if (stopping === undefined) onSignal('SIGTERM');
  });
  running = await starting;
  const { greeting, greeted, lost, stop } = running;
  void lost.then(async (sentence) => {
    if (stopping !== undefined) return;
    stopping = { signal: 'SIGTERM', atMs: performance.now() };
    log.error('Stopping: the store is lost.', { reason: sentence });
    await stop().catch((error: unknown) =>
      log.error('The server did not stop cleanly.', { reason: String(error) }),
    );
    process.stderr.write(printable(`modelgraph has stopped.\n${sentence}\n`));
    endProcess(1);
  });
  if (stopping !== undefined) return;
  process.stdout.write(greeting(process.stdout.isTTY), (error) => {
    if (error) return;
    greeted().catch((reason: unknown) =>
      log.warn('That the admin key was shown could not be recorded: the next start shows another.', {
        reason: String(reason),
      }),
    );
  });
};
