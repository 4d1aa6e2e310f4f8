import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import type { Modelgraph } from '../../support/modelgraph.ts';
import { plainServer } from '../../support/plain-server.ts';
import { freePort, spawnUntil, stopProcess } from '../../support/running-server.ts';

const DOCS = readFileSync(new URL('../../../docs/routers.md', import.meta.url), 'utf8');
const [, PROGRAM = ''] = /^```js\n(.*?)^```$/ms.exec(DOCS) ?? [];

let server: Modelgraph;
beforeAll(async () => {
  server = await plainServer();
});

it('the router of the documentation asks, streams, and refuses whoever has no key', async () => {
  const port = await freePort();
  // Beside the packages, so that it finds them.
  const folder = mkdtempSync(join(import.meta.dirname, 'example-'));
  const file = join(folder, 'router.mjs');
  writeFileSync(
    file,
    PROGRAM.replaceAll('http://127.0.0.1:4000', server.url).replaceAll('5000', String(port)),
  );
  const router = await spawnUntil(/http:\S+/, process.execPath, [file], {
    cwd: join(import.meta.dirname, '../../..'),
  });
  const ask = async (query: string, headers: { readonly [name: string]: string }): Promise<string> => {
    const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query }),
    });
    return response.text();
  };
  const authorization = `Bearer ${server.adminKey}`;
  try {
    expect(JSON.parse(await ask('{ provider(id: "sandbox") { kind } }', { authorization }))).toEqual({
      data: { provider: { kind: 'SANDBOX' } },
    });
    const streamed = await ask(
      'subscription { completion(input: { model: "sandbox/echo", messages: [{ user: { text: "Hi." } }] }) { ... on TextDelta { text } ... on CompletionFinished { finishReason } } }',
      { authorization, accept: 'text/event-stream' },
    );
    expect(streamed).toContain('"text":"Hi."');
    expect(streamed).toContain('"finishReason":"STOP"');
    const { data, errors } = JSON.parse(await ask('{ provider(id: "sandbox") { kind } }', {}));
    expect(data.provider).toBeNull();
    expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  } finally {
    await stopProcess(router, 'SIGKILL');
    rmSync(folder, { recursive: true });
  }
});
