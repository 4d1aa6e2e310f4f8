import { existsSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isPacked, madeOf, packDatabase, unpackDatabase } from '../../../src/adapters/store/new-database.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

describe('a packed database', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let packed: string;
  let unpacked: string;
  beforeEach(() => {
    folder = temporaryFolder();
    packed = join(folder.path, 'packed');
    unpacked = join(folder.path, 'unpacked');
    const database = join(folder.path, 'database');
    mkdirSync(join(database, 'base', '1', 'none'), { recursive: true });
    writeFileSync(join(database, 'PG_VERSION'), '18\n');
    writeFileSync(join(database, 'base', '1', 'rows'), Buffer.from([0, 255, 10, 0]));
    writeFileSync(join(database, 'base', 'empty'), '');
    writeFileSync(packed, packDatabase(database));
  });
  afterEach(() => folder.remove());

  it('is unpacked as it was, empty files and folders too, for its owner alone', () => {
    expect(unpackDatabase(packed, unpacked)).toBe(true);
    expect(readFileSync(join(unpacked, 'PG_VERSION'), 'utf8')).toBe('18\n');
    expect(readFileSync(join(unpacked, 'base', '1', 'rows'))).toEqual(Buffer.from([0, 255, 10, 0]));
    expect(statSync(join(unpacked, 'base', 'empty')).size).toBe(0);
    expect(statSync(join(unpacked, 'base', '1', 'none')).isDirectory()).toBe(true);
    expect(statSync(unpacked).mode & 0o777).toBe(0o700);
    expect(statSync(join(unpacked, 'PG_VERSION')).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['there is none', () => join(folder.path, 'nothing')],
    [
      'it is cut short',
      () => {
        truncateSync(packed, statSync(packed).size - 9);
        return packed;
      },
    ],
    [
      'it is something else',
      () => {
        writeFileSync(packed, 'no database');
        return packed;
      },
    ],
  ])('is not used, and nothing is made, where %s', (_, change) => {
    const path = change();
    expect(isPacked(path)).toBe(false);
    expect(unpackDatabase(path, unpacked)).toBe(false);
    expect(existsSync(unpacked)).toBe(false);
  });

  it('is not used where it was made of other migrations, or by another version of the database', () => {
    writeFileSync(packed, packDatabase(join(folder.path, 'database'), `${madeOf()}0`));
    expect(isPacked(packed)).toBe(false);
    expect(unpackDatabase(packed, unpacked)).toBe(false);
  });
});
