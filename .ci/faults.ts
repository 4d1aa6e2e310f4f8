import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Tries every fault at every face, operation and dialect, and writes what was observed into the page, between its marks; a
 * page that has none gets them at its end. Then kills a server under load, and measures one key's dearest work beside another's.
 */
const PAGE = new URL('../docs/reliability.md', import.meta.url).pathname;
const [BEGIN, END] = ['<!-- faults: hanging providers -->', '<!-- end of faults: hanging providers -->'];

const folder = mkdtempSync(join(tmpdir(), 'modelgraph-faults-'));
const report = join(folder, 'hanging.md');
const tested = spawnSync('npx', ['vitest', 'run', 'test/faults'], {
  stdio: 'inherit',
  env: { ...process.env, MODELGRAPH_FAULTS_REPORT: report },
});
if (existsSync(report)) {
  const block = `${BEGIN}\n${readFileSync(report, 'utf8').trim()}\n${END}`;
  const page = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '# Reliability\n';
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  writeFileSync(
    PAGE,
    from === -1 || to < from
      ? `${page.trimEnd()}\n\n${block}\n`
      : page.slice(0, from) + block + page.slice(to + END.length),
  );
}
rmSync(folder, { recursive: true });
/** Kills of the process under load, and one key's heaviest operations beside another's chats. */
const PROGRAMS = ['kills.ts', 'heavy-operations.ts', 'heavy-attack.ts'];
const measured = PROGRAMS.map((name) =>
  spawnSync(process.execPath, [new URL(`../bench/faults/${name}`, import.meta.url).pathname], {
    stdio: 'inherit',
  }),
);
process.exitCode = Math.max(...[tested, ...measured].map(({ status }) => status ?? 1));
