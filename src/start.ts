import { createOutbound } from './adapters/outbound.ts';
import { closeResources, openResources } from './adapters/resources.ts';
import { createLog } from './adapters/telemetry/log.ts';
import { type Config, configWith } from './config.ts';
import type { StatedSettings } from './domain/stated-settings.ts';
import { listen } from './faces/http/listener.ts';
import { watchParent } from './parent-process.ts';
import type { Log } from './ports/log.ts';
import type { RunningServer } from './serve.ts';

/** Rejects with a message for a person if something that is configured is not there. */
const startServer = async (config: Config, log: Log): Promise<RunningServer> => {
  // Before anything is made: a start that finds its port taken leaves nothing behind.
  const listener = await listen(config);

  // The database starts in a thread of its own while this one reads the code that serves, which is most of all code,
  // and what that needs no database for.
  const outbound = createOutbound(config.proxy);
  const opening = openResources(config, outbound, log);
  const preparing = import('./serve.ts').then(({ prepareServer }) => prepareServer(config, outbound, log));
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

/** Serves until a signal stops it. */
export const serve = async (settings: StatedSettings): Promise<void> => {
  const config = configWith(settings);
  const log = createLog({ level: config.logLevel, pretty: process.stderr.isTTY });
  // Begun only after the signals are listened to, so that one that comes early stops it too.
  const starting = Promise.resolve().then(() => startServer(config, log));

  let stopping: { readonly signal: NodeJS.Signals; readonly atMs: number } | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stopping !== undefined) {
      const isEcho = signal === stopping.signal && performance.now() - stopping.atMs < SAME_SIGNAL_MS;
      if (isEcho) return;
      process.exit(1);
    }
    stopping = { signal, atMs: performance.now() };
    log.info(
      'Stopping: new work is refused, completions under way may finish. Send the signal again to stop immediately.',
      { signal },
    );
    const stop = async ({ stop }: RunningServer): Promise<void> => {
      try {
        await stop();
        process.exit(0);
      } catch (error) {
        log.error('The server did not stop cleanly.', { reason: String(error) });
        process.exit(1);
      }
    };
    // A start that fails is told by whoever waits for it.
    starting.then(stop, () => {});
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  // The terminal was closed.
  process.on('SIGHUP', onSignal);
  watchParent(config.variable, () => onSignal('SIGTERM'));
  const { greeting, greeted } = await starting;
  if (stopping !== undefined) return;
  process.stdout.write(greeting, (error) => {
    if (error) return;
    greeted().catch((reason: unknown) =>
      log.warn('That the admin key was shown could not be recorded: the next start shows another.', {
        reason: String(reason),
      }),
    );
  });
};
