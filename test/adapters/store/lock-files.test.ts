import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { holderOf, lockDataFolder } from '../../../src/adapters/store/data-folder-lock.ts';
import { makeSocketFolder, removeSocketFolder } from '../../../src/adapters/store/socket-folder.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => {
  vi.unstubAllEnvs();
  folder.remove();
});

describe('the lock of a data folder', () => {
  it.each([
    ['a folder', (path: string) => mkdirSync(path)],
    ['a file of something else', (path: string) => writeFileSync(path, 'no lock of ours '.repeat(300))],
  ])('is named, and not the database, where %s has its name', (_, make) => {
    const file = join(folder.path, 'store.lock');
    make(file);
    expect(() => lockDataFolder(folder.path)).toThrow(`${file} is no lock of modelgraph (`);
    expect(() => lockDataFolder(folder.path)).toThrow(
      'Remove it while no server uses the folder, and start again.',
    );
  });

  it('says which file is in the way where who holds it cannot be written', () => {
    const file = join(folder.path, 'store.lock.json');
    mkdirSync(file);
    expect(() => lockDataFolder(folder.path)).toThrow(`${file} is no lock of modelgraph (`);
  });

  it.runIf(process.platform !== 'win32')(
    'does not wait for a reader where a pipe has the name of a file',
    () => {
      execFileSync('mkfifo', [join(folder.path, 'store.lock.json')]);
      const lock = lockDataFolder(folder.path);
      expect(holderOf(folder.path)?.pid).toBe(process.pid);
      lock.release();
      expect(holderOf(folder.path)).toBeUndefined();
    },
  );
});

describe('the folder of the sockets', () => {
  it('names the folder for temporary files and TMPDIR where none can be made', () => {
    const gone = join(folder.path, 'gone');
    vi.stubEnv('TMPDIR', gone);
    expect(makeSocketFolder).toThrow(
      `The folder for temporary files, ${gone}, is not there. Set TMPDIR to another folder`,
    );
    const file = join(folder.path, 'file');
    writeFileSync(file, '');
    vi.stubEnv('TMPDIR', file);
    expect(makeSocketFolder).toThrow('is no folder. Set TMPDIR');
    vi.stubEnv('TMPDIR', join(folder.path, 'x'.repeat(90)));
    expect(makeSocketFolder).toThrow('has too long a path for a socket. Set TMPDIR');
  });

  it('is removed, also when it was removed before', () => {
    vi.stubEnv('TMPDIR', folder.path);
    const made = makeSocketFolder();
    removeSocketFolder(made);
    removeSocketFolder(made);
    expect(made.startsWith(join(folder.path, 'modelgraph-'))).toBe(true);
  });
});
