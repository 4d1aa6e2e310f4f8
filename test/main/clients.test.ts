import { spawn } from 'node:child_process';
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { minifyIntrospection, outputIntrospectionFile } from '@gql.tada/internal';
import { buildSchema, introspectionFromSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Modelgraph } from '../support/modelgraph.ts';
import { plainServer } from '../support/plain-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '../..');
const DOCUMENT = readFileSync(join(ROOT, 'docs/clients.md'), 'utf8');
const PROGRAMS: ReadonlyMap<string, string> = new Map(
  [...DOCUMENT.matchAll(/^```ts (\S+)\n(.*?)^```$/gms)].map(([, name = '', text = '']) => [name, text]),
);

const folder = temporaryFolder();
let server: Modelgraph;
beforeAll(async () => {
  symlinkSync(join(ROOT, 'node_modules'), join(folder.path, 'node_modules'));
  writeFileSync(join(folder.path, 'package.json'), '{"type":"module"}');
  cpSync(join(ROOT, 'schema/possible-types.json'), join(folder.path, 'possible-types.json'));
  server = await plainServer();
});
afterAll(async () => {
  folder.remove();
});

const output = (args: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: folder.path,
      env: { ...process.env, MODELGRAPH_KEY: server.adminKey, NODE_ENV: 'production' },
    });
    let printed = '';
    const read = (chunk: Buffer): void => {
      printed += chunk.toString();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', reject);
    child.once('close', () => resolve(printed));
  });

/** Runs a program of the document against the server, with lines of ours after it. */
const run = (name: string, change: (program: string) => string = (program) => program): Promise<string> => {
  const program = change(PROGRAMS.get(name) ?? '').replaceAll('127.0.0.1:4000', new URL(server.url).host);
  writeFileSync(join(folder.path, name), program);
  return output([name]);
};

const times = (text: string, wanted: string): number => text.split(wanted).length - 1;

describe('the programs of docs/clients.md', () => {
  it('apollo.ts knows unions, and streams over multipart HTTP', async () => {
    const printed = await run('apollo.ts');
    expect(printed).toContain("text: 'Hello'");
    expect(printed).toMatch(/summary: '?.?complete: UnknownModelError: /);
    expect(printed).toMatch(/__typename: 'TextDelta'/);
    expect(printed).toMatch(/__typename: 'CompletionFinished'/);
  });

  it('apollo.ts without possibleTypes is told of the error all the same', async () => {
    const printed = await run('apollo.ts', (program) =>
      program
        .replace("import possibleTypes from './possible-types.json' with { type: 'json' };\n", '')
        .replace('{ possibleTypes }', ''),
    );
    expect(printed).toMatch(/summary: '?.?complete: UnknownModelError: /);
    expect(printed).toMatch(/__typename: 'CompletionFinished'/);
  });

  it('apollo-links.ts asks by hash, and streams over WebSocket', async () => {
    const printed = await run('apollo-links.ts');
    expect(times(printed, "name: 'Sandbox'")).toBe(2);
    expect(printed).toContain('CompletionFinished');
  });

  it.each(['urql.ts', 'graphql-ws.ts', 'graphql-sse.ts'])('%s streams', async (name) => {
    const printed = await run(name);
    expect(printed).toContain('CompletionStarted');
    expect(printed).toContain('CompletionFinished');
    if (name === 'urql.ts') expect(printed).toContain("name: 'Sandbox'");
  });

  it('graphql-request.ts asks by POST and by GET', async () => {
    expect(times(await run('graphql-request.ts'), "name: 'Sandbox'")).toBe(2);
  });

  it('relay.ts fetches and streams', async () => {
    const printed = await run(
      'relay.ts',
      (program) => `${program}
const execute = (operationKind: string, text: string) =>
  new Promise<void>((complete, error) => {
    network
      .execute({ id: null, cacheID: text, name: 'it', metadata: {}, operationKind, text } as never, {}, {})
      .subscribe({ next: (value) => console.log(JSON.stringify(value)), error, complete });
  });
await execute('query', '{ provider(id: "sandbox") { name } }');
await execute('subscription', 'subscription { completion(input: { model: "sandbox/echo", messages: [{ user: { text: "Hi" } }] }) { __typename } }');
await socket.dispose();
`,
    );
    expect(printed).toContain('"name":"Sandbox"');
    expect(printed).toContain('"CompletionFinished"');
  });

  it('gql-tada.ts has its types from the schema', async () => {
    const schema = buildSchema(readFileSync(join(ROOT, 'schema/schema.graphql'), 'utf8'));
    writeFileSync(
      join(folder.path, 'graphql-env.d.ts'),
      outputIntrospectionFile(minifyIntrospection(introspectionFromSchema(schema)), {
        fileType: '.d.ts',
        shouldPreprocess: true,
      }),
    );
    writeFileSync(
      join(folder.path, 'gql-tada.ts'),
      `${PROGRAMS.get('gql-tada.ts')}
import type { ResultOf, VariablesOf } from 'gql.tada';
type Answer = NonNullable<ResultOf<typeof COMPLETE>['complete']>;
export const name: Extract<Answer, { __typename: 'UnknownModelError' }>['suggestions'] = ['openai/gpt-5'];
export const input: VariablesOf<typeof COMPLETE>['input']['model'] = 'sandbox/echo';
// @ts-expect-error the text of a completion is text
export const text: Extract<Answer, { __typename: 'Completion' }>['text'] = 7;
`,
    );
    writeFileSync(
      join(folder.path, 'tsconfig.json'),
      JSON.stringify({ extends: join(ROOT, 'tsconfig.json'), include: ['gql-tada.ts', 'graphql-env.d.ts'] }),
    );
    const tsc = join(createRequire(import.meta.url).resolve('typescript/package.json'), '../bin/tsc');
    expect(await output([tsc, '-p', '.', '--pretty', 'false', '--types', ''])).toBe('');
  });
});
