import { serverAudits } from 'graphql-http';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Modelgraph } from '../../support/modelgraph.ts';
import { plainServer } from '../../support/plain-server.ts';

let server: Modelgraph;
beforeAll(async () => {
  server = await plainServer();
});

const audits = () =>
  serverAudits({
    url: 'http://server/graphql',
    fetchFn: (input: string, init: RequestInit = {}) =>
      fetch(input.replace('http://server', server.url), {
        ...init,
        headers: {
          ...Object.fromEntries(new Headers(init.headers)),
          authorization: `Bearer ${server.adminKey}`,
        },
      }),
  });

describe('GraphQL over HTTP', () => {
  it('has 61 audits', () => {
    expect(audits()).toHaveLength(61);
  });

  it.each(audits().map((audit) => [audit.name, audit] as const))('%s', async (_name, audit) => {
    const result = await audit.fn();
    expect(result.status, 'reason' in result ? result.reason : undefined).toBe('ok');
  });
});
