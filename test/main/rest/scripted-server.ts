import { kept } from '../../support/kept.ts';
import { type Modelgraph, startModelgraph } from '../../support/modelgraph.ts';
import { type Script, startUpstream, type Upstream } from '../../support/upstream.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests read answers of many shapes
export type Json = any;

export type Reply = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Undefined where it is no JSON. */
  readonly json: Json;
};

/** The real server over one upstream that answers as it is told, in whatever dialect it is asked. */
export type ScriptedServer = {
  readonly server: Modelgraph;
  readonly upstream: Upstream;
  /** POSTs to `/v1` + path; the next answers of the upstream are the scripts, in order. */
  post(path: string, body: object, ...scripts: readonly Script[]): Promise<Reply>;
  graph(query: string, variables?: object): Promise<Json>;
  /** The ledger's latest row. */
  lastRow(): Promise<Json>;
  stop(): Promise<void>;
};

const ROW = /* GraphQL */ `
  fragment Lines on CostLine {
    quantity priceId offeringId meter { family tokenType modality attributes } unitPrice { amount currency } amount { amount currency }
  }
  fragment Bill on Cost {
    __typename
    ... on PricedCost { total { amount currency } lines { ...Lines } }
    ... on UnpricedCost { reason atLeast { amount currency } missing { family attributes } lines { ...Lines } }
  }
  query {
    completions(first: 1) {
      edges {
        node {
          id status finishReason rawFinishReason
          usage { input output cacheRead }
          cost { ...Bill }
          providerCost { total { amount currency } isBill difference { amount currency } computed { ...Bill } }
          attempts { status usage { input output cacheRead } cost { ...Bill } error { code retryAfterMs } }
        }
      }
    }
  }
`;

const parsed = (text: string): Json => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const prices = { input: 1, output: 2, cacheRead: 0.1 };

/** Providers that the server knows, all at the upstream; their models are priced by the shipped lists. */
const KNOWN = ['anthropic', 'google', 'openrouter', 'perplexity', 'xai'] as const;

/** One of the caller's own, for what closes ways that others take; stop it. */
export const startScriptedServer = async (): Promise<ScriptedServer> => {
  const upstream = await startUpstream();
  let queue: Script[] = [];
  upstream.respond(() => queue.shift() ?? { status: 599, body: 'nothing is scripted' });
  const relay = (id: string, dialect: string, model: string): object => ({
    id,
    dialect,
    baseUrl: dialect.startsWith('openai') ? `${upstream.url}/v1` : upstream.url,
    apiKey: 'sk-test-0123456789',
    models: [{ id: model, prices }],
  });
  const server = await startModelgraph({
    config: JSON.stringify({
      providers: [
        ...KNOWN.map((id) => ({
          id,
          baseUrl: id === 'anthropic' || id === 'google' ? upstream.url : `${upstream.url}/v1`,
          apiKey: 'sk-test-0123456789',
        })),
        relay('relay', 'openai', 'k1'),
        relay('second', 'openai', 'k2'),
        relay('claude', 'anthropic', 'claude-sonnet-4-5'),
        relay('geminis', 'gemini', 'gemini-2.5-flash'),
        relay('responses', 'openai-responses', 'r1'),
      ],
    }),
  });
  const graph = async (query: string, variables: object = {}): Promise<Json> => {
    const { body } = await server.post(query, variables);
    if (body.errors !== undefined) throw new Error(JSON.stringify(body.errors));
    return body.data;
  };
  return {
    server,
    upstream,
    graph,
    async post(path, body, ...scripts) {
      const before = upstream.requests.length;
      // What an earlier request did not ask for is not for this one.
      queue = [...scripts];
      const response = await fetch(`${server.url}/v1${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${server.adminKey}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      const text = await response.text();
      const asked = upstream.requests.length - before;
      if (asked < scripts.length)
        throw new Error(`only ${asked} of ${scripts.length} answers were asked for: ${text}`);
      return { status: response.status, headers: response.headers, text, json: parsed(text) };
    },
    lastRow: async () => (await graph(ROW)).completions.edges[0].node,
    async stop() {
      await server.stop();
      await upstream.close();
    },
  };
};

/** For all who leave its providers as they find them. */
export const scriptedServer = kept(startScriptedServer);

/** The parsed data of each event of a stream. */
export const eventsIn = (text: string): readonly Json[] =>
  text
    .split('\n\n')
    .flatMap((frame) => /^data: (.*)$/m.exec(frame)?.[1] ?? [])
    .filter((data) => data !== '[DONE]')
    .map((data) => JSON.parse(data));

/** A request that tries these offerings in order, each once. */
export const routedTo = (...offerings: readonly string[]): object => ({
  model: offerings[0],
  modelgraph: {
    routing: { candidates: offerings.map((offering) => ({ offering })), fallback: { retries: 0 } },
  },
});
