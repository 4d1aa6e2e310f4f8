import { mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  describeFolderProblem,
  folderFailure,
  makeFolder,
} from '../../../src/adapters/store/folder-problem.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

describe('a data folder that cannot be used', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  it.each([
    ['ENOSPC', 'The disk of the data folder DIR is full. Free some space'],
    ['EDQUOT', 'The disk of the data folder DIR is full. Free some space'],
    ['EACCES', 'This user may not write to the data folder DIR. Change its owner or its rights'],
    ['EPERM', 'This user may not write to the data folder DIR. Change its owner or its rights'],
    ['EROFS', 'The data folder DIR is on a file system that is mounted read-only. Mount it for writing'],
    ['EIO', 'The disk of the data folder DIR reports errors (EIO). Check it'],
    ['EMFILE', 'Too many files are open. Raise the limit (ulimit -n)'],
  ])('is described for %s by what happened, where, and what to do', (code, beginning) => {
    const sentence = describeFolderProblem(folder.path, { code, message: 'no matter' });
    expect(sentence.startsWith(beginning.replace('DIR', folder.path))).toBe(true);
  });

  it('is described where PGlite throws a number in place of an error', () => {
    const failure = folderFailure({ name: 'ErrnoError', errno: 51 });
    expect(failure.code).toBe('ENOSPC');
    expect(describeFolderProblem(folder.path, failure)).toContain(' is full. ');
    expect(folderFailure({ odd: 1 }).message).toBe('{"odd":1}');
    expect(folderFailure('as text').message).toBe('as text');
    expect(folderFailure(undefined).message).toBe('undefined');
  });

  it('is described where a file is in the place of the folder, or of one above it', () => {
    const file = join(folder.path, 'file');
    writeFileSync(file, '');
    for (const path of [file, join(file, 'a/b')])
      expect(describeFolderProblem(path, { message: 'no matter' })).toBe(
        `The data folder ${path} cannot be made: ${file} is a file. Set MODELGRAPH_DATA_DIR to another folder.`,
      );
    writeFileSync(join(folder.path, 'postgres'), '');
    expect(describeFolderProblem(folder.path, { message: 'no matter' })).toContain(
      `${join(folder.path, 'postgres')} is a file, where the database's folder has to be.`,
    );
  });

  it('is described where the database is a link that leads nowhere', () => {
    const database = join(folder.path, 'postgres');
    symlinkSync(join(folder.path, 'unmounted'), database);
    for (const code of ['EEXIST', 'ENOENT', 'ENOTDIR'])
      expect(describeFolderProblem(folder.path, { code, message: 'no matter' })).toBe(
        `${database} is a symbolic link to a folder that is not there. Make that folder, remove the link, or ` +
          'set MODELGRAPH_DATA_DIR to another folder.',
      );
  });

  it('is described where the database is of another version, or damaged', () => {
    const database = join(folder.path, 'postgres');
    mkdirSync(database);
    writeFileSync(join(database, 'PG_VERSION'), '15\n');
    expect(describeFolderProblem(folder.path, { message: 'it ended' })).toMatch(
      /was made by Postgres 15, and this modelgraph reads that of Postgres 18\./,
    );
    writeFileSync(join(database, 'PG_VERSION'), '18\n');
    expect(describeFolderProblem(folder.path, { message: 'it ended' })).toContain(
      `The database in ${database} cannot be opened (it ended). It may be damaged. Stop the server and put a backup in its place: modelgraph restore`,
    );
  });

  it('is described where no folder can be made under its path', () => {
    const failureOf = (path: string) => {
      try {
        makeFolder(path);
      } catch (error) {
        return folderFailure(error);
      }
      throw new Error(`${path} was made`);
    };
    const describe = (path: string): string => describeFolderProblem(path, failureOf(path));

    const long = join(folder.path, 'a'.repeat(300));
    expect(describe(long)).toContain(`${long} is too long for the file system. Set MODELGRAPH_DATA_DIR`);

    const circle = join(folder.path, 'circle');
    symlinkSync(circle, circle);
    for (const path of [circle, join(circle, 'data')])
      expect(describe(path)).toContain(`${path} leads through symbolic links in a circle. `);

    const nowhere = join(folder.path, 'nowhere');
    symlinkSync(join(folder.path, 'gone'), nowhere);
    expect(describe(nowhere)).toContain(
      'it is a symbolic link to a folder that is not there. Make that folder',
    );
  });

  it.runIf(process.platform === 'linux')('is described on a file system that holds no files', () => {
    // Node's own recursion never ends there.
    expect(() => makeFolder('/proc/no-such/data')).toThrow();
    expect(describeFolderProblem('/proc/no-such/data', { code: 'ENOENT', message: 'no matter' })).toMatch(
      /^The data folder \/proc\/no-such\/data cannot be made|^This user may not write/,
    );
  });

  it('is made with those above it, for its user alone', () => {
    const path = join(folder.path, 'a/b/c');
    makeFolder(path);
    makeFolder(path);
    expect(statSync(join(folder.path, 'a')).mode & 0o777).toBe(0o700);
    expect(statSync(path).mode & 0o777).toBe(0o700);
  });
});
