import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';

const run = promisify(execFile);

const DEBIAN_PATH = '/usr/bin/chromium';
const HOW_TO_GET_IT =
  'Install it with `apt-get install chromium`, or set CHROMIUM_PATH to a Chromium or Chrome.';

export type FoundBrowser =
  | { readonly kind: 'FOUND'; readonly path: string }
  | { readonly kind: 'MISSING'; readonly reason: string };

/**
 * A Chromium to test pages in: CHROMIUM_PATH, else Debian's, which root installs when it is missing. Where
 * there is none this throws under CI=true; elsewhere it says on stderr why tests are skipped.
 */
export const findBrowser = async (): Promise<FoundBrowser> => {
  const found = await search();
  if (found.kind === 'FOUND') return found;
  if (process.env.CI === 'true') throw new Error(found.reason);
  process.stderr.write(`Browser tests are skipped. ${found.reason}\n`);
  return found;
};

const search = async (): Promise<FoundBrowser> => {
  const chosen = process.env.CHROMIUM_PATH;
  if (chosen !== undefined && chosen !== '') {
    if (await isExecutable(chosen)) return { kind: 'FOUND', path: chosen };
    return { kind: 'MISSING', reason: `CHROMIUM_PATH is ${chosen}, which cannot be run. ${HOW_TO_GET_IT}` };
  }
  if (await isExecutable(DEBIAN_PATH)) return { kind: 'FOUND', path: DEBIAN_PATH };
  if (process.getuid?.() !== 0) {
    return { kind: 'MISSING', reason: `There is no Chromium at ${DEBIAN_PATH}. ${HOW_TO_GET_IT}` };
  }
  try {
    await install();
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    return { kind: 'MISSING', reason: `Chromium could not be installed: ${cause} ${HOW_TO_GET_IT}` };
  }
  if (await isExecutable(DEBIAN_PATH)) return { kind: 'FOUND', path: DEBIAN_PATH };
  return {
    kind: 'MISSING',
    reason: `The package chromium brought no ${DEBIAN_PATH}. ${HOW_TO_GET_IT}`,
  };
};

const install = async (): Promise<void> => {
  const apt = (...args: string[]) =>
    run('apt-get', ['-y', '-o', 'DPkg::Lock::Timeout=300', ...args], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      maxBuffer: 64 * 1024 * 1024,
    });
  const get = () => apt('install', '--no-install-recommends', 'chromium');
  // A fresh machine has no package lists, an old one has stale ones.
  await get().catch(async () => {
    await apt('update');
    await get();
  });
};

const isExecutable = async (path: string): Promise<boolean> => {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** Starts the browser at `path` without a window. Close it when done. */
export const launchBrowser = (path: string): Promise<Browser> =>
  chromium.launch({
    executablePath: path,
    // Containers give root no sandbox; the pages under test are our own.
    args: ['--no-sandbox', '--disable-background-networking'],
  });
