import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startPostgres } from '../../test/support/postgres-server.ts';
import { chatAsk, OPENAI } from './asks.ts';
import { freePort } from './free-port.ts';
import { isPortkeyInstalled, startPortkey, throughPortkey } from './portkey.ts';
import { COMMAND, KEY, type Process, providersFile, startProcess, startProgram } from './processes.ts';
import { median } from './rounds.ts';
import type { RunPart } from './section.ts';
import type { Ask } from './subject.ts';

const ROUNDS = 5;
const ASK_EVERY_MS = 5;
const ASK_FOR_MS = 30_000;
const IDLE_MS = 3_000;
const MB = 1_048_576;

type Start = { readonly firstAnswerMs: number; readonly idleRssMb: number; readonly peakRssMb: number };

/** Undefined where there was a true answer; whoever does not listen yet gives none. */
const problemOf = (url: string, ask: Ask): Promise<string | undefined> =>
  new Promise((resolve) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${KEY}`, ...ask.headers };
    const asking = request(`${url}${ask.path}`, { method: 'POST', agent: false, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => {
        text += part;
      });
      answer.once('end', () =>
        resolve(
          answer.statusCode === 200 && text.includes('steadily')
            ? undefined
            : `${answer.statusCode} ${text.slice(0, 300)}`,
        ),
      );
      answer.once('error', ({ message }) => resolve(message));
    });
    asking.once('error', ({ message }) => resolve(message));
    asking.end(ask.body);
  });

const firstAnswer = async (url: string, ask: Ask): Promise<void> => {
  const until = performance.now() + ASK_FOR_MS;
  for (;;) {
    const problem = await problemOf(url, ask);
    if (problem === undefined) return;
    if (performance.now() > until) throw new Error(`${url} answers no completion: ${problem}`);
    await pause(ASK_EVERY_MS);
  }
};

const memoryAtRest = async (process: Process): Promise<Pick<Start, 'idleRssMb' | 'peakRssMb'>> => {
  await pause(IDLE_MS);
  return { idleRssMb: process.rss() / MB, peakRssMb: process.peakRss() / MB };
};

/** From the command until a client that asks without pause has its answer. */
const startOurs = async (folder: string, env: NodeJS.ProcessEnv = {}): Promise<Start> => {
  const port = await freePort();
  const began = performance.now();
  const starting = startProcess([COMMAND], /REST base +(http:\/\/\S+)\/v1/, {
    cwd: folder,
    env: { PORT: String(port), MODELGRAPH_DATA_DIR: join(folder, 'data'), MODELGRAPH_ADMIN_KEY: KEY, ...env },
  });
  const answered = firstAnswer(`http://127.0.0.1:${port}`, chatAsk(OPENAI)).then(() => performance.now());
  // Told below, once there is a server to stop.
  answered.catch(() => {});
  const process = await starting;
  try {
    const at = await answered;
    return { firstAnswerMs: at - began, ...(await memoryAtRest(process)) };
  } finally {
    await process.stop();
  }
};

/** It chooses no port by itself, and says that it listens at once when it does. */
const startPeer = async (upstream: string): Promise<Start> => {
  const began = performance.now();
  const process = await startPortkey();
  try {
    await firstAnswer(process.url, throughPortkey(chatAsk('gpt-4o-mini'), upstream));
    const firstAnswerMs = performance.now() - began;
    return { firstAnswerMs, ...(await memoryAtRest(process)) };
  } finally {
    await process.stop();
  }
};

/** From the command to the first answered completion. */
export const run: RunPart = async ({ seconds, log }) => {
  const rounds = seconds === undefined ? ROUNDS : 2;
  const [upstream, postgres] = await Promise.all([startProgram('upstream.ts'), startPostgres()]);
  const folder = mkdtempSync(join(tmpdir(), 'modelgraph-bench-'));
  try {
    writeFileSync(join(folder, 'modelgraph.yaml'), providersFile(upstream.url));
    const anew = await startOurs(folder);
    log(`new data folder: ${anew.firstAnswerMs.toFixed(0)} ms, ${anew.peakRssMb.toFixed(0)} MB at most`);
    const inPostgres = { DATABASE_URL: postgres.url };
    const anewInPostgres = await startOurs(folder, inPostgres);
    const onPostgres: Start[] = [];
    const ours: Start[] = [];
    const portkey: Start[] = [];
    for (let round = 0; round < rounds; round += 1) {
      ours.push(await startOurs(folder));
      onPostgres.push(await startOurs(folder, inPostgres));
      if (isPortkeyInstalled()) portkey.push(await startPeer(upstream.url));
      log(
        `${ours.at(-1)?.firstAnswerMs.toFixed(0)} ms, Portkey ${portkey.at(-1)?.firstAnswerMs.toFixed(0)} ms`,
      );
    }
    const firstOf = (starts: readonly Start[]): number => median(starts.map((each) => each.firstAnswerMs));
    const rssOf = (starts: readonly Start[]): number => median(starts.map((each) => each.idleRssMb));
    const figures = {
      'ours.firstAnswerMs': firstOf(ours),
      'ours.newFolder.firstAnswerMs': anew.firstAnswerMs,
      'ours.newFolder.peakRssMb': anew.peakRssMb,
      'ours.idleRssMb': rssOf(ours),
      'postgres.firstAnswerMs': firstOf(onPostgres),
      'postgres.newFolder.firstAnswerMs': anewInPostgres.firstAnswerMs,
      'postgres.idleRssMb': rssOf(onPostgres),
      ...(portkey.length > 0 && {
        'portkey.firstAnswerMs': firstOf(portkey),
        'portkey.idleRssMb': rssOf(portkey),
      }),
    };
    return {
      id: 'start',
      title: `The first answer counts from the command, medians of ${rounds} starts; idle is what is resident ${IDLE_MS / 1_000} s later`,
      columns: [
        { title: 'first answer ms', digits: 0 },
        { title: 'with a new database', digits: 0 },
        { title: 'most RSS MB meanwhile', digits: 0 },
        { title: 'idle RSS MB', digits: 0 },
      ],
      rows: [
        {
          id: 'ours',
          name: 'modelgraph',
          cells: [
            figures['ours.firstAnswerMs'],
            anew.firstAnswerMs,
            anew.peakRssMb,
            figures['ours.idleRssMb'],
          ],
        },
        {
          id: 'postgres',
          name: 'modelgraph, ledger in Postgres',
          cells: [
            figures['postgres.firstAnswerMs'],
            anewInPostgres.firstAnswerMs,
            anewInPostgres.peakRssMb,
            figures['postgres.idleRssMb'],
          ],
        },
        {
          id: 'portkey',
          name: '@portkey-ai/gateway',
          cells:
            portkey.length === 0
              ? ['not installed']
              : [firstOf(portkey), 'it keeps no data', undefined, rssOf(portkey)],
        },
      ],
      figures,
      rounds: [
        { subject: 'ours', folder: 'new', ...anew },
        { subject: 'postgres', folder: 'new', ...anewInPostgres },
        ...onPostgres.map((start) => ({ subject: 'postgres', folder: 'existing', ...start })),
        ...ours.map((start) => ({ subject: 'ours', folder: 'existing', ...start })),
        ...portkey.map((start) => ({ subject: 'portkey', ...start })),
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await Promise.all([upstream.stop(), postgres.stop()]);
  }
};
