import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';

const run = promisify(execFile);
const COMMAND = new URL('../../bin/modelgraph.js', import.meta.url).pathname;
const MAIN = `import { getCompileCacheDir } from 'node:module';\nconsole.log(NAME, getCompileCacheDir());\n`;

/** The command's file beside code that only says which it is, and where what is compiled is kept. */
describe('the file of the command', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
    cpSync(COMMAND, join(folder.path, 'bin/modelgraph.js'));
    writeFileSync(join(folder.path, 'package.json'), '{ "type": "module" }');
  });
  afterEach(() => folder.remove());

  const code = (file: string, name: string): void => {
    mkdirSync(join(folder.path, file, '..'), { recursive: true });
    writeFileSync(join(folder.path, file), MAIN.replace('NAME', `'${name}'`));
  };
  const said = async (): Promise<string> => {
    const { stdout, stderr } = await run(process.execPath, [join(folder.path, 'bin/modelgraph.js')], {
      env: { PATH: process.env.PATH },
    });
    expect(stderr).toBe('');
    return stdout.trimEnd();
  };

  it('runs the sources of a clone, and keeps what was compiled beside them', async () => {
    code('src/main.ts', 'sources');
    code('dist/main.js', 'built');
    expect(await said()).toMatch(
      new RegExp(`^sources ${realpathSync(folder.path)}/node_modules/\\.cache/modelgraph-compiled`),
    );
  });

  it('runs what is published, and where nothing can be kept too', async () => {
    code('dist/main.js', 'built');
    writeFileSync(join(folder.path, 'node_modules'), 'a file, in which no folder can be made');
    expect(await said()).toBe('built undefined');
  });
});
