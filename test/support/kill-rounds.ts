import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { StoreOptions } from '../../src/adapters/store/open-store.ts';
import { openStore } from '../../src/adapters/store/open-store.ts';
import type { OperationRecord } from '../../src/domain/operation-record.ts';
import { type ModelgraphOptions, spawnModelgraph } from './modelgraph.ts';
import { recordedLog } from './recorded-log.ts';
import { eventStream, jsonAnswer, sseFrame, startUpstream } from './upstream.ts';

/** What came of a server that was killed again and again under load, by the names that its requests had. */
export type KillRounds = {
  /** How often the upstream was asked. */
  readonly asked: ReadonlyMap<string, number>;
  /** Whose answers came whole. */
  readonly answered: ReadonlySet<string>;
  readonly rows: readonly OperationRecord[];
};

export type KillRoundsOptions = {
  readonly kills: number;
  readonly perSecond: number;
  /** So many have reached the upstream before each kill. */
  readonly requests: number;
  readonly store: StoreOptions;
  readonly server: ModelgraphOptions;
};

const ANSWER = { id: 'a', object: 'chat.completion', created: 1, model: 'm' };
const USAGE = { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 };

const whole = () =>
  jsonAnswer({
    ...ANSWER,
    choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
    usage: USAGE,
  });

const chunk = (delta: object, finish: string | null = null): string =>
  sseFrame({
    ...ANSWER,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason: finish }],
    ...(finish !== null && { usage: USAGE }),
  });

const streamed = (ms: number) =>
  eventStream([
    chunk({ role: 'assistant', content: 'H' }),
    pause(ms),
    chunk({ content: 'i' }),
    chunk({}, 'stop'),
    sseFrame('[DONE]'),
  ]);

/** Resolves with whether the answer came whole. */
const ask = (agent: Agent, url: string, key: string, user: string, stream: boolean): Promise<boolean> =>
  new Promise((resolve) => {
    const asking = request(`${url}/v1/chat/completions`, {
      agent,
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    });
    asking.once('error', () => resolve(false));
    asking.once('response', (response) => {
      response.resume();
      response.once('error', () => resolve(false));
      response.once('close', () => resolve(response.complete && response.statusCode === 200));
    });
    asking.end(
      JSON.stringify({
        model: 'up/m',
        user,
        stream,
        ...(stream && { stream_options: { include_usage: true } }),
        messages: [{ role: 'user', content: 'Hello' }],
      }),
    );
  });

const rowsOf = async (options: StoreOptions): Promise<readonly OperationRecord[]> => {
  const store = await openStore(options, recordedLog());
  try {
    const rows: OperationRecord[] = [];
    for (let after: string | undefined; ; ) {
      const page = await store.ledger.list({}, { limit: 1_000, ...(after !== undefined && { after }) });
      rows.push(...page.rows);
      if (!page.hasMore) return rows;
      after = page.rows.at(-1)?.id;
    }
  } finally {
    await store.close();
  }
};

/** Starts, loads and kills as often as is asked, starts once more, lets that stop by itself and reads the ledger. */
export const killRounds = async ({
  kills,
  perSecond,
  requests,
  store,
  server: options,
}: KillRoundsOptions): Promise<KillRounds> => {
  const asked = new Map<string, number>();
  const answered = new Set<string>();
  const upstream = await startUpstream();
  let count = 0;
  upstream.respond(({ body }) => {
    const { user, stream } = body as { user: string; stream: boolean };
    asked.set(user, (asked.get(user) ?? 0) + 1);
    count += 1;
    const ms = (count * 37) % 300;
    return stream ? streamed(ms) : { ...whole(), before: pause(ms) };
  });
  const config = `providers:\n  - id: up\n    dialect: openai\n    baseUrl: ${upstream.url}/v1\n    apiKey: sk-test-0123456789\n    models: [{ id: m, prices: { input: 1, output: 2, currency: USD } }]\n`;
  try {
    let sent = 0;
    for (let round = 0; round < kills; round += 1) {
      const server = await spawnModelgraph({ ...options, config });
      const agent = new Agent({ keepAlive: true });
      const asking: Promise<void>[] = [];
      // Not at the same moment of a request each time.
      const until = count + requests + round;
      while (count < until) {
        sent += 1;
        const user = `request-${sent}`;
        asking.push(
          ask(agent, server.url, server.adminKey, user, sent % 3 === 0).then((isWhole) => {
            if (isWhole) answered.add(user);
          }),
        );
        await pause(1_000 / perSecond);
      }
      server.signal('SIGKILL');
      await server.exited;
      await Promise.all(asking);
      agent.destroy();
      await server.stop();
    }
    const last = await spawnModelgraph({ ...options, config });
    last.signal('SIGTERM');
    await last.exited;
    await last.stop();
  } finally {
    await upstream.close();
  }
  return { asked, answered, rows: await rowsOf(store) };
};

export type KillJudgement = {
  readonly asked: number;
  readonly answered: number;
  readonly rows: number;
  /** Asked, and not in the ledger. */
  readonly lost: readonly string[];
  /** In the ledger more often than asked. */
  readonly doubled: readonly string[];
  /** Answered in full, and not recorded as such. */
  readonly unlike: readonly string[];
  /** Recorded as under way at a kill that came before the provider had the request. */
  readonly unsent: number;
};

export const judgeKills = ({ asked, answered, rows }: KillRounds): KillJudgement => {
  const byUser = new Map<string, OperationRecord[]>();
  for (const row of rows) {
    const user = row.user ?? '';
    const others = byUser.get(user);
    if (others === undefined) byUser.set(user, [row]);
    else others.push(row);
  }
  return {
    asked: asked.size,
    answered: answered.size,
    rows: rows.length,
    lost: [...asked.keys()].filter((user) => !byUser.has(user)),
    doubled: [...byUser].flatMap(([user, of]) =>
      of.length > Math.max(1, asked.get(user) ?? 0) ? [user] : [],
    ),
    unlike: [...answered].filter((user) => byUser.get(user)?.[0]?.status !== 'SUCCEEDED'),
    unsent: [...byUser.keys()].filter((user) => !asked.has(user)).length,
  };
};
