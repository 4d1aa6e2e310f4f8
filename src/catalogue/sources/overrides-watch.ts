import type { DatedReading, SourceReading } from '../../ports/catalogue-source.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';

export const OVERRIDES_ID = 'overrides';
const LOOK_EVERY_MS = 30_000;

/** The operator's file of prices. Both reject with a message for a person. */
export type OverridesFile = {
  /** Of the file, without its folder: for people. */
  readonly name: string;
  /** Something that changes whenever the file does. */
  stamp(): Promise<string>;
  read(): Promise<SourceReading>;
};

export type OverridesState = {
  readonly reading?: DatedReading;
  readonly problem?: { readonly message: string; readonly at: Date };
  readonly failures: number;
};

export type OverridesWatch = {
  readonly state: () => OverridesState;
  /** Reads the file if it has changed. */
  look(): Promise<void>;
  start(): void;
  stop(): void;
};

/** Reads the file again when it has changed; a broken one changes nothing. */
export const watchOverrides = (
  file: OverridesFile,
  clock: Clock,
  log: Log,
  onChange: () => void,
): OverridesWatch => {
  let seen: string | undefined;
  let state: OverridesState = { failures: 0 };
  let cancel: (() => void) | undefined;
  let stopped = false;

  const look = async (): Promise<void> => {
    const at = clock.now();
    let stamped = false;
    try {
      const stamp = await file.stamp();
      stamped = true;
      if (stamp === seen) {
        if (state.reading !== undefined && state.failures === 0)
          state = { ...state, reading: { ...state.reading, checkedAt: at } };
        return;
      }
      seen = stamp;
      const reading = await file.read();
      if (stopped) return;
      state = {
        reading: { sourceId: OVERRIDES_ID, observedAt: at, checkedAt: at, reading },
        failures: 0,
      };
      log.info('The overrides file was read.', { offerings: reading.offerings.length });
      onChange();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (state.failures === 0)
        log.warn('The overrides file cannot be read; its last data stays in use.', {
          problem: message,
        });
      // A file that cannot be looked at may come back as it was.
      if (!stamped) seen = undefined;
      state = { ...state, failures: state.failures + 1, problem: { message, at } };
    }
  };
  const lookAgain = (): void => {
    if (stopped) return;
    cancel = clock.after(LOOK_EVERY_MS, () => void look().then(lookAgain));
  };
  return {
    state: () => state,
    look,
    start: lookAgain,
    stop() {
      stopped = true;
      cancel?.();
    },
  };
};
