import { execFile } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isNewEnough, MIN_NODE } from '../../bin/own-node.js';
import { sourcesFingerprint } from '../../bin/sources-fingerprint.js';
import { temporaryFolder } from '../support/temporary-folder.ts';

const run = promisify(execFile);
const BIN = new URL('../../bin', import.meta.url).pathname;
const MAIN = `import { getCompileCacheDir } from 'node:module';\nconsole.log(NAME, getCompileCacheDir());\n`;

/** The command's files beside code that only says which it is, and where what is compiled is kept. */
describe('the file of the command', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  const at = (file: string): string => join(folder.path, file);
  const write = (file: string, text: string): void => {
    mkdirSync(join(at(file), '..'), { recursive: true });
    writeFileSync(at(file), text);
  };
  beforeEach(() => {
    folder = temporaryFolder();
    cpSync(BIN, at('bin'), { recursive: true });
    write('package.json', '{ "type": "module" }');
  });
  afterEach(() => folder.remove());

  const code = (file: string, name: string): void => write(file, MAIN.replace('NAME', `'${name}'`));
  const said = async (): Promise<string> => {
    const { stdout, stderr } = await run(process.execPath, [at('bin/modelgraph.js')], {
      env: { PATH: process.env.PATH },
    });
    expect(stderr).toBe('');
    return stdout.trimEnd();
  };
  const ran = async (): Promise<string | undefined> => (await said()).split(' ')[0];

  it('runs the sources of a clone that has no bundle, and keeps what was compiled beside them', async () => {
    code('src/main.ts', 'sources');
    expect(await said()).toMatch(
      new RegExp(`^sources ${realpathSync(folder.path)}/node_modules/\\.cache/modelgraph-compiled`),
    );
  });

  it('says what to do if too many files are open', async () => {
    write(
      'src/main.ts',
      "throw Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' });",
    );
    await expect(run(process.execPath, [at('bin/modelgraph.js')])).rejects.toMatchObject({
      code: 1,
      stderr:
        'Too many files are open for one process. Raise the limit (`ulimit -n 1024` or more), and start again.\n',
    });
  });

  it('runs what is published, and where nothing can be kept too', async () => {
    code('dist/server/main.js', 'bundle');
    writeFileSync(at('node_modules'), 'a file, in which no folder can be made');
    expect(await said()).toBe('bundle undefined');
  });

  it('says in a sentence what to do where Node is older and none came along', async () => {
    write('bin/launch.js', "import { runWithOwnNode } from './own-node.js';\nrunWithOwnNode();\n");
    const ended: unknown = await run(process.execPath, [at('bin/launch.js')]).catch(
      (error: unknown) => error,
    );
    expect(ended).toMatchObject({
      code: 1,
      stdout: '',
      stderr: `modelgraph needs Node 24 or later; this is Node ${process.versions.node}. Install Node 24 (https://nodejs.org), or let npm bring it along (\`npm install --include=optional --ignore-scripts=false\`), and start again.\n`,
    });
  });

  it.each([
    ['at once', "import 'no-such-package';", 'no-such-package'],
    ['with the scope of its name', "import '@no-such/package/part';", '@no-such/package'],
    [
      'by require',
      "import { createRequire } from 'node:module'; createRequire(import.meta.url)('no-such');",
      'no-such',
    ],
  ])(
    'says in a sentence what to do where a package that is read %s is not installed',
    async (_, source, name) => {
      write('src/main.ts', source);
      const ended: unknown = await run(process.execPath, [at('bin/modelgraph.js')]).catch(
        (error: unknown) => error,
      );
      expect(ended).toMatchObject({
        code: 1,
        stdout: '',
        stderr: `What modelgraph needs, ${name}, is not installed. Run \`npm ci\` in ${realpathSync(folder.path)}/, and start again.\n`,
      });
    },
  );

  it('asks for the Node that package.json asks for, by the whole of its number', () => {
    const { engines } = JSON.parse(readFileSync(join(BIN, '../package.json'), 'utf8'));
    expect(engines.node).toBe(`>=${MIN_NODE}`);
    expect(['18.20.8', '20.20.2', '22.23.5', '9.0.0'].filter(isNewEnough)).toEqual([]);
    expect(['24.0.0', '26.1.0', '100.0.0'].filter((each) => !isNewEnough(each))).toEqual([]);
  });

  describe('in a clone with a bundle', () => {
    beforeEach(() => {
      code('src/main.ts', 'sources');
      write('src/domain/money.ts', 'export {};');
      write('node_modules/.package-lock.json', '{}');
      code('dist/server/main.js', 'bundle');
      write('dist/server/fingerprint', sourcesFingerprint(folder.path));
    });

    it('runs the bundle while the sources are those that it was made of', async () => {
      expect(await ran()).toBe('bundle');
    });

    it('runs it where the clone was moved', async () => {
      const moved = `${folder.path}-moved`;
      renameSync(folder.path, moved);
      const { stdout } = await run(process.execPath, [join(moved, 'bin/modelgraph.js')]);
      rmSync(moved, { recursive: true });
      expect(stdout).toMatch(/^bundle /);
    });

    it.each<[string, () => void]>([
      ['a source was written', () => write('src/domain/money.ts', 'export { };')],
      ['a source was written, of the same length', () => utimesSync(at('src/domain/money.ts'), 1, 1)],
      ['a source was added', () => write('src/domain/usage.ts', 'export {};')],
      ['a source was removed', () => rmSync(at('src/domain/money.ts'))],
      ['a source was renamed', () => renameSync(at('src/domain/money.ts'), at('src/domain/cash.ts'))],
      ['a package was installed', () => write('node_modules/.package-lock.json', '{ }')],
      ['a package is wanted in another version', () => write('package-lock.json', '{}')],
      ['the way in which it is made has changed', () => write('.ci/bundle-server.ts', 'export {};')],
    ])('runs the sources once %s', async (_what, change) => {
      change();
      expect(await ran()).toBe('sources');
    });
  });
});
