import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type GraphClient, graphqlWs } from '../../support/graph-clients.ts';
import { type Modelgraph, startModelgraph } from '../../support/modelgraph.ts';
import { type ScriptableUpstream, startScriptableUpstream } from '../../support/scriptable-upstream.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

export type ServedModel = {
  readonly id: string;
  /** The slug that it is joined to. */
  readonly model?: string;
  /** US dollars per 1,000,000 tokens. */
  readonly prices?: { readonly input: number; readonly output: number; readonly cacheRead?: number };
};

/** A provider of the config file; each is a server of its own. */
export type ServedBy = {
  readonly region?: string;
  readonly models?: readonly ServedModel[];
  /** Names that the server lists itself: it is an Ollama then, and local. */
  readonly local?: readonly string[];
};

export type RoutingServerOptions<Id extends string> = {
  /** In the order of the file. */
  readonly providers: { readonly [Provider in Id]: ServedBy };
  /** The rest of modelgraph.yaml. */
  readonly config?: object;
  /** Content of the operator's file of prices and facts. */
  readonly overrides?: object;
  readonly env?: { readonly [name: string]: string };
  /** Where its data lie, for another that is started once it is stopped; in a folder of its own if not given. */
  readonly dataDir?: string;
};

// biome-ignore lint/suspicious/noExplicitAny: tests read answers of many shapes
export type Json = any;

/** A real server. */
export type RoutingNode = {
  readonly server: Modelgraph;
  /** `complete` with a short prompt, unless the input says otherwise; its result. */
  complete(input?: object, key?: string): Promise<Json>;
  /** `planCompletion`; its result. */
  plan(input?: object): Promise<Json>;
  /** Ids of providers in the order in which the plan tries their offerings. */
  order(input?: object): Promise<readonly string[]>;
  /** `saveRoute`; its result. */
  save(name: string, policy: object, note?: string): Promise<Json>;
  /** Data of an operation that has no errors. */
  ask(query: string, variables?: object, key?: string): Promise<Json>;
  /** All events of the subscription. */
  watch(input?: object): Promise<readonly Json[]>;
  stop(): Promise<void>;
};

/** A real server over providers that behave as they are told. */
export type RoutingServer<Id extends string> = RoutingNode & {
  readonly upstreams: { readonly [Provider in Id]: ScriptableUpstream };
  /** Which providers were called since the last `forget`, by how often. */
  called(): { readonly [provider: string]: number };
  /** Every upstream as it began. */
  forget(): void;
  /** Another server with the same configuration, over the same providers; stopped with the first. */
  startAnother(): Promise<RoutingNode>;
};

const ATTEMPT = /* GraphQL */ `
  fragment A on Attempt {
    index offeringId status cause ttftMs durationMs usageEstimated
    usage { input output cacheRead }
    cost { __typename ... on PricedCost { total { amount } } }
    error { code message httpStatus retry }
  }
`;
const DECISION = /* GraphQL */ `
  fragment D on RouteDecision {
    requested candidates strategy model { slug } savedRoute { name version }
    considered { offeringId score parts { criterion value weight } }
    rejected { offeringId reason detail retryAfterMs }
  }
`;
const ERROR = /* GraphQL */ `
  fragment E on Error {
    __typename message
    ... on UpstreamError { code retry offeringId attempts { ...A } }
    ... on NoCandidateError { requested retryAfterMs rejections { offeringId reason detail retryAfterMs } }
    ... on UnknownRouteError { routeName suggestions }
    ... on InvalidInputError { path problem }
  }
`;
const COMPLETE = /* GraphQL */ `
  mutation ($input: CompletionInput!) {
    complete(input: $input) {
      __typename
      ... on Completion {
        id text finishReason offering { id }
        usage { input output cacheRead }
        cost { __typename ... on PricedCost { total { amount } } }
        route { ...D }
        attempts { ...A }
      }
      ...E
    }
  }
  ${ATTEMPT} ${DECISION} ${ERROR}
`;
const PLAN = /* GraphQL */ `
  query ($input: CompletionInput!) {
    planCompletion(input: $input) {
      __typename
      ... on CompletionPlan {
        complexity
        strategy
        route { ...D }
        dispatch { kind count afterMs }
        expectedTokens { input cacheRead output }
        candidates: offerings {
          rank isFallback score breaker
          offering { id provider { id } }
          parts { criterion value weight }
          estimatedCost { __typename ... on PricedCost { total { amount currency } } }
          warnings { code message }
        }
        rejected { offeringId reason detail retryAfterMs offering { id } }
      }
      ...E
    }
  }
  ${ATTEMPT} ${DECISION} ${ERROR}
`;
const WATCH = /* GraphQL */ `
  subscription ($input: CompletionInput!) {
    completion(input: $input) {
      __typename
      ... on CompletionStarted { route { ...D } }
      ... on AttemptStarted { index offeringId cause }
      ... on AttemptFailed { willRetry attempt { ...A } }
      ... on AttemptCancelled { attempt { ...A } }
      ... on TextDelta { text }
      ... on CompletionFinished { finishReason completion { text attempts { ...A } cost { __typename ... on PricedCost { total { amount } } } } }
      ... on CompletionFailed { error { ...E } failedCompletion { attempts { ...A } } }
    }
  }
  ${ATTEMPT} ${DECISION} ${ERROR}
`;
const SAVE = /* GraphQL */ `
  mutation ($name: String!, $policy: RoutePolicyInput!, $note: String) {
    saveRoute(name: $name, policy: $policy, note: $note) {
      __typename
      ... on Route { id name version origin strategy description document note }
      ... on Error { message }
      ... on InvalidInputError { path problem }
    }
  }
`;

/** Keys of an object whose type names them. */
const keysOf = <Key extends string>(record: { readonly [Name in Key]: unknown }): Key[] => {
  const keys: Key[] = [];
  for (const key in record) keys.push(key);
  return keys;
};

const offeringsBy = (
  provider: string,
  baseUrl: string,
  { region, models = [], local }: ServedBy,
): object => ({
  id: provider,
  baseUrl: `${baseUrl}/v1`,
  ...(local === undefined && { dialect: 'openai', apiKey: 'sk-test-0123456789' }),
  ...(region !== undefined && { region }),
  models,
});

/** Starts a server for each provider, and the real one over them. */
export const startRoutingServer = async <Id extends string>({
  providers,
  config = {},
  overrides,
  env = {},
  dataDir,
}: RoutingServerOptions<Id>): Promise<RoutingServer<Id>> => {
  const ids = keysOf(providers);
  const started = await Promise.all(ids.map((id) => startScriptableUpstream(providers[id].local)));
  const entries = ids.flatMap((id, n) => {
    const upstream = started[n];
    return upstream === undefined ? [] : [{ id, upstream }];
  });
  const upstreams = Object.fromEntries(entries.map(({ id, upstream }) => [id, upstream])) as {
    readonly [Provider in Id]: ScriptableUpstream;
  };
  const folder = temporaryFolder();
  const file = join(folder.path, 'modelgraph.yaml');
  if (overrides !== undefined) writeFileSync(join(folder.path, 'facts.yaml'), JSON.stringify(overrides));
  writeFileSync(
    file,
    JSON.stringify({
      providers: entries.map(({ id, upstream }) => offeringsBy(id, upstream.url, providers[id])),
      ...(overrides !== undefined && { catalogue: { overrides: 'facts.yaml' } }),
      ...config,
    }),
  );
  const locals = ids.filter((id) => providers[id].local !== undefined);
  /** A local server has half a second to be found: on a busy machine it is looked for again. */
  const startOne = async (): Promise<RoutingNode> => {
    const server = await startModelgraph({
      lists: 'SMALL',
      env: { MODELGRAPH_CONFIG: file, ...env },
      ...(dataDir !== undefined && { dataDir }),
    });
    await server.printed(/^ {2}Providers .*$/m);
    const on = /^ {2}Providers +(.*)$/m.exec(server.output())?.[1]?.split(', ') ?? [];
    if (locals.every((id) => on.includes(id))) return nodeOf(server);
    await server.stop();
    return startOne();
  };
  const node = await startOne();
  const others: RoutingNode[] = [];

  return {
    ...node,
    upstreams,
    async startAnother() {
      const another = await startOne();
      others.push(another);
      return another;
    },
    called: () =>
      Object.fromEntries(
        entries
          .map(({ id, upstream }) => [id, upstream.calls.length] as const)
          .filter(([, count]) => count > 0),
      ),
    forget() {
      for (const { upstream } of entries) upstream.forget();
    },
    async stop() {
      await Promise.all([node, ...others].map((each) => each.stop()));
      await Promise.all(entries.map(({ upstream }) => upstream.close()));
      folder.remove();
    },
  };
};

const inputOf = (input: object): object => ({ messages: [{ user: { text: 'Hello there.' } }], ...input });

const nodeOf = (server: Modelgraph): RoutingNode => {
  let client: GraphClient | undefined;
  const ask = async (query: string, variables: object = {}, key?: string): Promise<Json> => {
    const { body } = await server.post(query, variables, key);
    expect(body.errors).toBeUndefined();
    return body.data;
  };
  const plan = async (input: object = {}): Promise<Json> =>
    (await ask(PLAN, { input: inputOf(input) })).planCompletion;
  return {
    server,
    ask,
    plan,
    complete: async (input = {}, key) => (await ask(COMPLETE, { input: inputOf(input) }, key)).complete,
    async order(input) {
      const planned = await plan(input);
      expect(planned.__typename).toBe('CompletionPlan');
      return planned.candidates.map(
        ({ offering }: { offering: { provider: { id: string } } }) => offering.provider.id,
      );
    },
    save: async (name, policy, note) => (await ask(SAVE, { name, policy, note })).saveRoute,
    async watch(input = {}) {
      client ??= graphqlWs.connect(server);
      const events: Json[] = [];
      for await (const { data, errors } of client.iterate(WATCH, {
        input: { coalesceMs: 0, ...inputOf(input) },
      })) {
        expect(errors).toBeUndefined();
        events.push(data.completion);
      }
      return events;
    },
    async stop() {
      await client?.dispose();
      await server.stop();
    },
  };
};

/** What an attempt log tells: provider, how it ended, why it began, and the error's code. */
export const logOf = (attempts: readonly Json[]): readonly string[] =>
  attempts.map(({ offeringId, status, cause, error }) =>
    [offeringId.split('/')[0], cause, status, ...(error === null ? [] : [error.code])].join(' '),
  );
