import type { Browser, BrowserContext, Page, Request } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { READY_OPERATIONS } from '../../../src/faces/explorer/page/operations.ts';
import { findBrowser, launchBrowser } from '../../support/browser.ts';
import { type Modelgraph, startModelgraph } from '../../support/modelgraph.ts';
import { ensureBuiltPage } from './built-page.ts';

const startServer = async (): Promise<Modelgraph> => {
  await ensureBuiltPage();
  return startModelgraph({ ownAdminKey: true });
};

const found = await findBrowser();
const WAIT_MS = 20_000;

/** All that one page did on the network, and all that it complained of. */
type Traffic = {
  readonly requests: Request[];
  /** Addresses of sockets, and what was sent and received over them, parsed. */
  readonly sockets: {
    readonly url: string;
    readonly sent: SocketMessage[];
    readonly received: SocketMessage[];
  }[];
  readonly complaints: string[];
};
type SocketMessage = { readonly type?: string; readonly payload?: unknown };

const record = (page: Page): Traffic => {
  const traffic: Traffic = { requests: [], sockets: [], complaints: [] };
  page.on('request', (request) => traffic.requests.push(request));
  page.on('websocket', (socket) => {
    const sent: SocketMessage[] = [];
    const received: SocketMessage[] = [];
    traffic.sockets.push({ url: socket.url(), sent, received });
    socket.on('framesent', ({ payload }) => sent.push(JSON.parse(String(payload))));
    socket.on('framereceived', ({ payload }) => received.push(JSON.parse(String(payload))));
  });
  page.on('pageerror', (error) => traffic.complaints.push(String(error)));
  page.on('console', (message) => {
    const isComplaint = message.type() === 'error' || /content security policy/i.test(message.text());
    if (isComplaint) traffic.complaints.push(message.text());
  });
  return traffic;
};

const openTab = (page: Page, name: string) =>
  page.getByRole('tablist').getByRole('button', { name, exact: true }).click();
const run = (page: Page) => page.getByRole('button', { name: /^execute/i }).click();
const result = (page: Page) => page.locator('.graphiql-response .view-lines');
const resultHas = (page: Page, text: string) =>
  result(page).getByText(text).first().waitFor({ timeout: WAIT_MS });
const operationNameOf = (request: Request): unknown =>
  request.method() === 'POST' ? request.postDataJSON()?.operationName : undefined;
const graphqlPosts = ({ requests }: Traffic) => requests.filter((request) => request.method() === 'POST');
const lastOf = <T>(items: readonly T[]): T => {
  const last = items.at(-1);
  if (last === undefined) throw new Error('There is none.');
  return last;
};

describe.skipIf(found.kind === 'MISSING')('the explorer in a browser', () => {
  let server: Modelgraph;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let traffic: Traffic;

  beforeAll(async () => {
    if (found.kind === 'MISSING') return;
    [server, browser] = await Promise.all([startServer(), launchBrowser(found.path)]);
    // One for all tests, which keeps the files of the editor: to read them is much of what opening the page takes.
    context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });
  beforeEach(async () => {
    page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send('Storage.clearDataForOrigin', { origin: server.url, storageTypes: 'local_storage' });
    await session.detach();
    page.setDefaultTimeout(WAIT_MS);
    traffic = record(page);
  });
  afterEach(async () => {
    // Whatever a test did, the page talked to its own server alone.
    const hosts = [
      ...traffic.requests.map((request) => new URL(request.url())).filter((url) => url.protocol !== 'data:'),
      ...traffic.sockets.map(({ url }) => new URL(url)),
    ].map(({ host }) => host);
    await page.close();
    await context.unrouteAll();
    expect(new Set(hosts)).toEqual(new Set([new URL(server.url).host]));
  });

  const openPrintedLink = async () => {
    const link = /GraphiQL +(\S+)/.exec(server.output())?.[1] ?? '';
    expect(link).toBe(`${server.url}/graphql#key=${server.adminKey}`);
    await page.goto(link);
    await page.locator('.graphiql-query-editor .view-lines').waitFor();
  };

  it('takes the key from the link, hides it, and sends it with each request', async () => {
    await openPrintedLink();
    expect(page.url()).toBe(`${server.url}/graphql`);
    expect(await page.title()).toBe('modelgraph');
    expect(await page.content()).not.toContain(server.adminKey);
    await page.getByText(`API key ${server.adminKey.slice(0, 7)}…`).waitFor();

    await openTab(page, 'Browse');
    await run(page);
    await resultHas(page, '"models"');

    const posts = graphqlPosts(traffic);
    expect(posts.length).toBeGreaterThanOrEqual(2);
    for (const post of posts) {
      expect(post.url()).toBe(`${server.url}/graphql`);
      expect(post.headers()).toMatchObject({
        authorization: `Bearer ${server.adminKey}`,
      });
    }
    expect(traffic.requests.filter((request) => request.url().includes(server.adminKey))).toEqual([]);
    expect(traffic.complaints).toEqual([]);
  }, 60_000);

  it('keeps the key over a reload, and takes another from a link that only changes the fragment', async () => {
    await openPrintedLink();
    await page.reload();
    await page.getByText(`API key ${server.adminKey.slice(0, 7)}…`).waitFor();
    await page.evaluate("location.hash = 'key=mg2_another-key-of-some-length'");
    await page.getByText('The server refused the API key mg2_ano… (401).').waitFor();
    expect(page.url()).toBe(`${server.url}/graphql`);
  }, 60_000);

  it('misses no link that is opened in the instant the page is drawn', async () => {
    // Runs in the page: the fragment changes as soon as the bar with the key is there.
    await page.addInitScript(`
      new MutationObserver((_, observer) => {
        if (!document.body?.innerText.includes('API key')) return;
        observer.disconnect();
        location.hash = 'key=mg2_another-key-of-some-length';
      }).observe(document, { childList: true, subtree: true });
    `);
    await openPrintedLink();
    await page.getByText('The server refused the API key mg2_ano… (401).').waitFor();
    expect(page.url()).toBe(`${server.url}/graphql`);
  }, 60_000);

  it('has ready operations in its tabs that run at once', async () => {
    await openPrintedLink();
    const tabs = page.getByRole('tab');
    await expect.poll(() => tabs.count()).toBe(READY_OPERATIONS.length);
    const answers = {
      WhichModel: '"compareOfferings"',
      WhyThisPrice: '"explain"',
      Browse: '"models"',
      ComparePrices: '"one"',
      Complete: '"complete"',
      Embed: '"vectors"',
      MakeImage: '"url"',
    };
    expect(await tabs.allInnerTexts()).toEqual(
      READY_OPERATIONS.map(({ query }) => /^(?:query|mutation|subscription) (\w+)/m.exec(query)?.[1]),
    );
    for (const [name, shown] of Object.entries(answers)) {
      await openTab(page, name);
      const [response] = await Promise.all([
        page.waitForResponse((answer) => operationNameOf(answer.request()) === name),
        run(page),
      ]);
      const { data, errors } = await response.json();
      expect(errors).toBeUndefined();
      for (const value of Object.values(data)) expect(value).not.toBeNull();
      if (name === 'Complete') expect(data.complete.__typename).toBe('Completion');
      await resultHas(page, shown);
    }
    expect(traffic.complaints).toEqual([]);
  }, 60_000);

  it('shows and runs the tab that was opened before the editor had loaded', async () => {
    const { promise: mayLoad, resolve: load } = Promise.withResolvers<void>();
    await context.route(/monaco-editor-[^/]+\.js/, async (route) => {
      await mayLoad;
      await route.continue();
    });
    await page.goto(`${server.url}/graphql#key=${server.adminKey}`);
    await openTab(page, 'MakeImage');
    load();
    const editor = page.locator('.graphiql-query-editor .view-lines');
    await editor.getByText('MakeImage').first().waitFor();
    const [response] = await Promise.all([
      page.waitForResponse((answer) => operationNameOf(answer.request()) === 'MakeImage'),
      run(page),
    ]);
    expect((await response.json()).errors).toBeUndefined();
    await openTab(page, 'Browse');
    await editor.getByText('Browse').first().waitFor();
  }, 60_000);

  it('opens with the tab that was open when the page was left, and its operation', async () => {
    const editor = page.locator('.graphiql-query-editor .view-lines');
    const tabs = page.locator('.graphiql-tab-button');
    await openPrintedLink();
    const count = await tabs.count();
    expect(count).toBe(READY_OPERATIONS.length);
    for (const [name, index] of [
      ['WhichModel', 0],
      ['Complete', 6],
    ] as const) {
      await openTab(page, name);
      await editor.getByText(name).first().waitFor();
      await expect
        .poll(() => page.evaluate("localStorage.getItem('modelgraph:graphiql:tabState')"), {
          timeout: WAIT_MS,
        })
        .toContain(`"activeTabIndex":${index}`);
      // GraphiQL stores this a moment after the editor is filled in, and without a query beside it.
      await page.evaluate("localStorage.setItem('modelgraph:graphiql:variables', '{}')");
      await page.reload();
      await editor.getByText(name).first().waitFor();
      expect(await tabs.count()).toBe(count);
    }
  }, 90_000);

  it('knows the schema: its reference and its completion', async () => {
    await openPrintedLink();
    await page.getByRole('button', { name: /show documentation/i }).click();
    await page.locator('.graphiql-plugin').getByText('Subscription', { exact: true }).waitFor();
    await page.locator('.graphiql-query-editor .view-lines').click();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('{ mod');
    await page.locator('.suggest-widget').getByText('models').first().waitFor();
    expect(traffic.complaints).toEqual([]);
  }, 60_000);

  it('shows a streaming subscription as it grows', async () => {
    await openPrintedLink();
    await openTab(page, 'Stream');
    const seen = page.evaluate(
      `new Promise((resolve) => {
        const texts = new Set();
        new MutationObserver(() => {
          const text = document.querySelector('.explorer-stream p')?.textContent;
          if (text) texts.add(text);
          if (document.querySelector('.graphiql-response .view-lines')?.textContent.includes('CompletionFinished')) {
            resolve([...texts]);
          }
        }).observe(document.body, { subtree: true, childList: true, characterData: true });
      })`,
    ) as Promise<string[]>;
    await run(page);
    const texts = await seen;
    expect(texts.length).toBeGreaterThan(2);
    for (const [index, text] of texts.entries()) {
      if (index > 0) expect(text.startsWith(texts[index - 1] ?? '')).toBe(true);
    }

    const { url, sent, received } = lastOf(traffic.sockets);
    expect(url).toBe(`${server.url.replace('http', 'ws')}/graphql`);
    expect(sent[0]).toEqual({
      type: 'connection_init',
      payload: { authorization: `Bearer ${server.adminKey}` },
    });
    expect(received.filter(({ type }) => type === 'next').length).toBeGreaterThan(3);
    expect(traffic.complaints).toEqual([]);
  }, 60_000);

  it('ends a subscription at the stop button', async () => {
    await openPrintedLink();
    await openTab(page, 'Stream');
    await run(page);
    await page.getByRole('region', { name: 'Streamed so far' }).waitFor();
    await page.getByRole('button', { name: /^stop/i }).click();
    const { sent, received } = lastOf(traffic.sockets);
    await expect.poll(() => lastOf(sent).type, { timeout: WAIT_MS }).toBe('complete');
    expect(received.map(({ type }) => type)).not.toContain('complete');
    expect(traffic.complaints).toEqual([]);
  }, 60_000);

  it('asks for a key where it has none, and says when the server refuses one', async () => {
    await page.goto(`${server.url}/graphql`);
    await page.getByText('The server wants an API key').waitFor();
    await page.getByLabel('API key').fill('mg_wrong-key-of-some-length');
    await page.getByRole('button', { name: 'Use' }).click();
    await page.getByText(/The server refused the API key .{7,8} \(401\)/).waitFor();
    await page.getByLabel('API key').fill(server.adminKey);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Change' }).waitFor();
    await openTab(page, 'Browse');
    await run(page);
    await resultHas(page, '"models"');
  }, 60_000);

  it('lets the Headers tab win over the key, over HTTP and over the socket', async () => {
    await openPrintedLink();
    const setHeaders = async () => {
      await page.getByRole('button', { name: 'Headers', exact: true }).click();
      const editor = page.getByRole('region', { name: 'Headers' }).locator('.view-lines').last();
      await editor.click();
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.insertText('{"AUTHORIZATION": "Bearer mine"}');
      await editor.getByText('Bearer mine').waitFor();
    };
    await openTab(page, 'Browse');
    await setHeaders();
    const [answer] = await Promise.all([
      page.waitForResponse((response) => operationNameOf(response.request()) === 'Browse'),
      run(page),
    ]);
    expect(answer.status()).toBe(401);
    expect(answer.request().headers().authorization).toBe('Bearer mine');
    await page
      .getByText(/the server refused/i)
      .first()
      .waitFor();

    await openTab(page, 'Stream');
    await setHeaders();
    await Promise.all([page.waitForEvent('websocket'), run(page)]);
    await expect
      .poll(() => lastOf(traffic.sockets).sent[0], { timeout: WAIT_MS })
      .toEqual({ type: 'connection_init', payload: { authorization: 'Bearer mine' } });
    const stored = await page.evaluate('JSON.stringify(localStorage)');
    expect(stored).toContain('Browse');
    expect(stored).not.toContain('Bearer');
  }, 60_000);
});
