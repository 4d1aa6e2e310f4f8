import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createExplorer } from '../../../src/faces/explorer/explorer.ts';

const PAGE = '<!doctype html><title>page</title>';
const SCRIPT = 'console.log("a script");\n'.repeat(100);
const BROWSER_ACCEPT = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

type Answer = { status: number; headers: IncomingHttpHeaders; body: Buffer };

let folder: string;
let built: Server;
let unbuilt: Server;

/** Without a URL parser or fetch between: paths arrive exactly as written. */
const send = (server: Server, path: string, headers = {}, method = 'GET'): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { port } = server.address() as AddressInfo;
    const outgoing = request({ host: '127.0.0.1', port, path, headers, method }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks),
        }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end();
  });

const serve = async (directory: string): Promise<Server> => {
  const explorer = createExplorer(pathToFileURL(`${directory}/`));
  const server = createServer((incoming, response) => {
    if (!explorer.handle(incoming, response)) response.writeHead(418).end('not the explorer');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'explorer-'));
  await mkdir(join(folder, 'page/explorer-assets'), { recursive: true });
  const write = (name: string, content: string | Buffer) => writeFile(join(folder, name), content);
  await write('secret.txt', 'secret');
  await write('page/index.html', PAGE);
  await write('page/explorer-assets/index-abc.js', SCRIPT);
  await write('page/explorer-assets/index-abc.js.br', brotliCompressSync(SCRIPT));
  await write('page/explorer-assets/index-abc.js.gz', gzipSync(SCRIPT));
  await write('page/explorer-assets/small-abc.css', 'body{}');
  await write('page/THIRD-PARTY-LICENSES.txt', 'MIT License');
  built = await serve(join(folder, 'page'));
  unbuilt = await serve(join(folder, 'nowhere'));
});

afterAll(async () => {
  built.close();
  unbuilt.close();
  await rm(folder, { recursive: true });
});

describe('the page', () => {
  it('answers a browser that visits /graphql', async () => {
    const { status, headers, body } = await send(built, '/graphql', { accept: BROWSER_ACCEPT });
    expect(status).toBe(200);
    expect(body.toString()).toBe(PAGE);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      vary: 'accept',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
    });
    const policy = headers['content-security-policy'];
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toMatch(/https?:|\*|unsafe-eval/);
  });

  it('gives the licences of what it is made of to whom it gives the page', async () => {
    const { status, headers, body } = await send(built, '/explorer-assets/THIRD-PARTY-LICENSES.txt');
    expect([status, headers['content-type']]).toEqual([200, 'text/plain; charset=utf-8']);
    expect(body.toString()).toBe('MIT License');
  });

  it('answers HEAD with the headers alone', async () => {
    const { status, headers, body } = await send(built, '/graphql', { accept: BROWSER_ACCEPT }, 'HEAD');
    expect(status).toBe(200);
    expect(headers['content-length']).toBe(String(PAGE.length));
    expect(body).toHaveLength(0);
  });

  it.each([
    ['a GraphQL request over GET', '/graphql?query=%7B__typename%7D', BROWSER_ACCEPT, 'GET'],
    ['a persisted operation over GET', '/graphql?extensions=%7B%7D', BROWSER_ACCEPT, 'GET'],
    ['a GET that wants JSON', '/graphql', 'application/json', 'GET'],
    ['a GET that takes anything', '/graphql', '*/*', 'GET'],
    ['a POST', '/graphql', BROWSER_ACCEPT, 'POST'],
    ['another path', '/graphql/', BROWSER_ACCEPT, 'GET'],
    ['a GET of the root that is no visit', '/', 'application/json', 'GET'],
    ['a path of two slashes', '//', BROWSER_ACCEPT, 'GET'],
  ])('leaves %s to others', async (_, path, accept, method) => {
    expect((await send(built, path, { accept }, method)).status).toBe(418);
  });

  it('is where a browser that visits the root is sent', async () => {
    const { status, headers } = await send(built, '/', { accept: BROWSER_ACCEPT });
    expect(status).toBe(302);
    expect(headers.location).toBe('/graphql');
  });

  it('says how to build it when it is missing', async () => {
    const { status, headers, body } = await send(unbuilt, '/graphql', { accept: BROWSER_ACCEPT });
    expect(status).toBe(503);
    expect(headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(body.toString()).toContain('npm run build:explorer');
    expect((await send(unbuilt, '/graphql', { accept: 'application/json' })).status).toBe(418);
  });
});

describe('assets', () => {
  const script = '/explorer-assets/index-abc.js';

  it('may be kept for ever', async () => {
    const { status, headers, body } = await send(built, script);
    expect(status).toBe(200);
    expect(body.toString()).toBe(SCRIPT);
    expect(headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'content-length': String(SCRIPT.length),
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'accept-encoding',
      'x-content-type-options': 'nosniff',
    });
    expect(headers['content-encoding']).toBeUndefined();
  });

  it.each([
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip;q=1.0, br;q=0.5', 'br'],
    ['GZIP', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['identity', undefined],
    ['br;q=0.0, gzip;q=0', undefined],
  ])('come in the best coding that "%s" takes', async (accepted, coding) => {
    const { headers, body } = await send(built, script, { 'accept-encoding': accepted });
    expect(headers['content-encoding']).toBe(coding);
    expect(headers['content-length']).toBe(String(body.length));
    const decode = { br: brotliDecompressSync, gzip: gunzipSync }[coding ?? ''] ?? ((raw: Buffer) => raw);
    expect(decode(body).toString()).toBe(SCRIPT);
  });

  it('come plain where there is no compressed copy', async () => {
    const { headers, body } = await send(built, '/explorer-assets/small-abc.css', {
      'accept-encoding': 'br',
    });
    expect(headers['content-encoding']).toBeUndefined();
    expect(headers['content-type']).toBe('text/css; charset=utf-8');
    expect(body.toString()).toBe('body{}');
  });

  it.each([
    '/explorer-assets/',
    '/explorer-assets/unknown.js',
    '/explorer-assets/../index.html',
    '/explorer-assets/../../secret.txt',
    '/explorer-assets/%2e%2e/%2e%2e/secret.txt',
    '/explorer-assets/..%2f..%2fsecret.txt',
    '/explorer-assets/..\\..\\secret.txt',
    '/explorer-assets//etc/passwd',
    '/explorer-assets/index-abc.js.br',
  ])('do not include %s', async (path) => {
    const { status, body } = await send(built, path);
    expect(status).toBe(404);
    expect(body.toString()).not.toContain('secret');
  });

  it('can only be read', async () => {
    const { status, headers } = await send(built, script, {}, 'DELETE');
    expect(status).toBe(405);
    expect(headers.allow).toBe('GET, HEAD');
    expect((await send(built, script, {}, 'HEAD')).body).toHaveLength(0);
  });
});
