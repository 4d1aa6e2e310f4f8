import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Modelgraph, startModelgraph } from '../../support/modelgraph.ts';

let server: Modelgraph;
beforeAll(async () => {
  server = await startModelgraph();
});
afterAll(() => server?.stop());

/** GET is open only to requests that prove not to come from a link or a form. */
const NEEDS_CSRF_HEADER = /^MAY accept|^MAY .*GET|GET/;

const audits = (headers: { readonly [name: string]: string }) =>
  serverAudits({
    url: 'http://server/graphql',
    fetchFn: (input: string, init: RequestInit = {}) =>
      fetch(input.replace('http://server', server.url), {
        ...init,
        headers: {
          ...Object.fromEntries(new Headers(init.headers)),
          authorization: `Bearer ${server.adminKey}`,
          ...headers,
        },
      }),
  });

describe('GraphQL over HTTP', () => {
  it('has 61 audits', () => {
    expect(audits({})).toHaveLength(61);
  });

  it.each(audits({ 'x-graphql-yoga-csrf': '1' }).map((audit) => [audit.name, audit] as const))(
    '%s',
    async (_name, audit) => {
      const result = await audit.fn();
      expect(result.status, 'reason' in result ? result.reason : undefined).toBe('ok');
    },
  );

  it('refuses only GET requests without the CSRF header, which are MAY', async () => {
    const results = await Promise.all(audits({}).map(async (audit) => ({ audit, result: await audit.fn() })));
    const notOk = results.filter(({ result }) => result.status !== 'ok');
    expect(notOk.map(({ result }) => result.status)).toEqual(['notice', 'notice', 'notice']);
    for (const { audit } of notOk) expect(audit.name).toMatch(NEEDS_CSRF_HEADER);
  });
});
