import { getIntrospectionQuery } from 'graphql';

/** An operation at its largest, as a member of a team could send it. */
export type HeavyOperation = {
  readonly name: string;
  readonly query: string;
  readonly variables?: { readonly [name: string]: unknown };
  /** Subscriptions do not end by themselves: so many events are read. */
  readonly events?: number;
};

const times = (count: number, of: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => of(index)).join(' ');

const PRICE =
  'amount { amount currency } per explain { text conditions { __typename } chosenOver { __typename } }';
const FILTERS = [
  '{ search: "a", capabilities: [TOOLS], maxBlendedPrice: { amount: "5", currency: "CNY" } }',
  '{ minUptime: 0.1, regions: ["eu", "us"], zeroRetention: true }',
  '{ maxInputPrice: { amount: "3", currency: "CNY" }, releasedAfter: "2024-01-01T00:00:00Z", minContextWindow: 8000 }',
];
const ORDERS = ['BLENDED_PRICE', 'QUALITY', 'TTFT', 'INPUT_PRICE', 'RELEASE_DATE', 'NAME', 'UPTIME'];

/** What exists in the shipped catalogue, for operations that name things. */
export type Known = {
  readonly offerings: readonly string[];
  readonly models: readonly string[];
  readonly providers: readonly string[];
  /** Global ids. */
  readonly completions: readonly string[];
};

const text = (bytes: number): string => 'The quick brown fox jumps over it. '.repeat(Math.ceil(bytes / 35));

const some = <Value>(values: readonly Value[], count: number): readonly Value[] =>
  Array.from({ length: count }, (_, index) => values[index % values.length]).filter(
    (each) => each !== undefined,
  );

export const heavyOperations = ({
  offerings,
  models,
  providers,
  completions,
}: Known): readonly HeavyOperation[] => {
  const entities = (type: string, key: string, ids: readonly string[], fields: string): HeavyOperation => ({
    name: `_entities: 1,000 of ${type}`,
    query: `query ($r: [_Any!]!) { _entities(representations: $r) { ... on ${type} { ${fields} } } }`,
    variables: { r: some(ids, 1_000).map((id) => ({ __typename: type, [key]: id })) },
  });
  const completion = (prompt: string) => ({
    model: 'openai/gpt-4o-mini',
    messages: [{ user: { text: prompt } }],
  });
  return [
    {
      name: 'models, nested offerings',
      query: `{ models(first: 100) { nodes { slug name offerings(first: 100) { nodes { id on region } } } } }`,
    },
    {
      name: 'models, nested filtered offerings',
      query: `query ($f: OfferingFilter) { models(first: 100) { nodes { slug offerings(first: 20, filter: $f) { nodes { id price { __typename } } } } } }`,
      variables: { f: { search: 'a', regions: ['eu', 'us'], capabilities: ['TOOLS'] } },
    },
    {
      name: 'models, 15 orders and filters',
      query: `{ ${times(15, (n) => `a${n}: models(first: 1, filter: ${FILTERS[n % 3]}, order: { field: ${ORDERS[n % 7]} }) { totalCount }`)} }`,
    },
    {
      name: 'offerings, 15 orders and filters',
      query: `{ ${times(15, (n) => `a${n}: offerings(first: 1, filter: ${FILTERS[n % 3]}, order: { field: ${ORDERS[n % 7]} }) { totalCount }`)} }`,
    },
    {
      name: 'offerings, prices explained',
      query: `{ offerings(first: 100) { nodes { id prices { ${PRICE} } } } }`,
    },
    {
      name: 'offerings, 30 prices each',
      query: `{ offerings(first: 50) { nodes { ${times(29, (n) => `p${n}: price(promptTokens: ${n}) { __typename }`)} } } }`,
    },
    {
      name: 'offerings, prices of the past',
      query: `{ offerings(first: 100) { nodes { ${times(25, (n) => `p${n}: price(at: "2026-0${1 + (n % 9)}-0${1 + (n % 7)}T00:00:00Z") { __typename }`)} } } }`,
    },
    {
      name: 'offerings, histories',
      query: `{ offerings(first: 100) { nodes { id priceHistory(first: 20) { nodes { servedFrom price { id } } } upcomingPrices { id } upcomingPriceChanges { at } } } }`,
    },
    {
      name: 'offerings, statistics',
      query: `{ offerings(first: 100) { nodes { id ${times(20, (n) => `s${n}: stats(window: ${n % 2 ? 'ONE_DAY' : 'FIVE_MINUTES'}) { calls }`)} breaker { state } performance { metric } } } }`,
    },
    {
      name: 'providers, nested filtered offerings',
      query: `query ($f: OfferingFilter) { providers(first: 70) { nodes { id ${times(10, (n) => `o${n}: offerings(first: 1, filter: $f) { totalCount }`)} } } }`,
      variables: { f: { search: 'gpt', regions: ['eu'], maxBlendedPrice: { amount: '5', currency: 'CNY' } } },
    },
    {
      name: 'nodes: 1,000 offerings',
      query: `query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Offering { join billing on } } }`,
      variables: { ids: some(offerings, 1_000) },
    },
    {
      name: 'nodes: 5,000 that are none',
      query: `query ($ids: [ID!]!) { nodes(ids: $ids) { id } }`,
      variables: { ids: Array.from({ length: 4_500 }, (_, n) => `none/of-them-${n}`) },
    },
    entities(
      'Offering',
      'id',
      offerings,
      'id on price { __typename ... on Price { amount { amount } } } provider { offerings(first: 1) { totalCount } }',
    ),
    entities('Model', 'slug', models, 'slug offerings(first: 5) { nodes { id on } }'),
    entities(
      'Provider',
      'id',
      providers,
      'id offerings(first: 1, filter: { search: "a", regions: ["eu"] }) { totalCount }',
    ),
    { name: '_service, 5 times', query: `{ ${times(5, (n) => `a${n}: _service { sdl }`)} }` },
    { name: 'introspection', query: getIntrospectionQuery() },
    {
      name: 'introspection, 7 times',
      query: `{ ${times(7, (n) => `a${n}: __schema { types { name description fields { name description args { name type { name ofType { name } } } type { name ofType { name ofType { name } } } } } }`)} }`,
    },
    {
      name: 'compareOfferings, 16 times',
      query: `{ ${times(16, (n) => `a${n}: compareOfferings(input: { workload: { inputTokens: ${1_000 + n}, outputTokens: 100 }, filter: { availability: ANY } }) { ... on Comparison { totalCount } }`)} }`,
    },
    {
      name: 'compareOfferings, whole rows',
      query: `{ compareOfferings(input: { task: CHAT, filter: { availability: ANY } }) { ... on Comparison { offerings(first: 100) { nodes { rank score costPerRequest { __typename } priceAgeSeconds priceDisagreement { __typename } parts { criterion } others(first: 20) { nodes { offering { id } perMonth { amount } } } } } excluded(first: 100) { nodes { offering { id } } } } } }`,
    },
    {
      name: 'estimateCompletion, 5 MB',
      query: `query ($i: EstimateCompletionInput!) { estimateCompletion(input: $i) { ... on CompletionEstimate { inputTokens { count } alternatives { costRatio offering { id } } } } }`,
      variables: { i: { alternatives: 20, completion: completion(text(4_900_000)) } },
    },
    {
      name: 'estimateCompletion, 8,000 messages',
      query: `query ($i: EstimateCompletionInput!) { estimateCompletion(input: $i) { __typename } }`,
      variables: {
        i: {
          alternatives: 20,
          completion: {
            model: 'openai/gpt-4o-mini',
            messages: some([{ user: { text: 'a' } }, { assistant: { text: 'b' } }], 8_000),
          },
        },
      },
    },
    {
      name: 'estimateCompletion, 20 times',
      query: `query ($i: EstimateCompletionInput!) { ${times(20, (n) => `a${n}: estimateCompletion(input: $i) { __typename }`)} }`,
      variables: { i: { alternatives: 20, completion: completion(text(400_000)) } },
    },
    {
      name: 'planCompletion, 5 MB',
      query: `query ($i: CompletionInput!) { planCompletion(input: $i) { __typename } }`,
      variables: { i: completion(text(4_900_000)) },
    },
    {
      name: 'planCompletion, 30 times',
      query: `query ($i: CompletionInput!) { ${times(30, (n) => `a${n}: planCompletion(input: $i) { __typename }`)} }`,
      variables: { i: completion(text(100_000)) },
    },
    {
      name: 'replayRoute, 10,000 rows',
      query: `query ($i: ReplayRouteInput!) { replayRoute(input: $i) { __typename } }`,
      variables: {
        i: {
          limit: 10_000,
          policy: {
            candidates: [{ filter: { capabilities: ['TOOLS'] } }],
            strategy: 'CHEAPEST',
          },
        },
      },
    },
    {
      name: 'completions, whole rows',
      query: `{ completions(first: 100) { nodes { id status usage { input output } cost { __typename ... on PricedCost { __typename } } route { candidates considered { __typename } } attempts { offering { id provider { id } } durationMs } } } }`,
    },
    {
      name: 'nodes: 1,000 completions',
      query: `query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Completion { status usage { input } } } }`,
      variables: { ids: some(completions, 1_000) },
    },
    {
      name: 'priceChanges, a wide filter',
      query: `{ ${times(20, (n) => `a${n}: priceChanges(first: 100, filter: { minRatio: 1.${n + 10}, offering: { search: "a", capabilities: [TOOLS] } }) { nodes { id } }`)} }`,
    },
    {
      name: 'taskPresets, 30 times',
      query: `{ ${times(30, (n) => `a${n}: taskPresets { title explanation workload { __typename } }`)} }`,
    },
    { name: 'catalogueSources', query: `{ ${times(30, (n) => `a${n}: catalogueSources { id name }`)} }` },
    { name: 'the same field 1,900 times', query: `{ ${'__typename '.repeat(1_900)} }` },
    { name: '100 fields that are none', query: `{ ${times(600, (n) => `modelz${n}`)} }` },
    {
      name: 'a filter of 100,000 names',
      query: `query ($f: OfferingFilter) { offerings(first: 1, filter: $f) { totalCount } }`,
      variables: { f: { models: some(models, 100_000) } },
    },
    {
      name: 'offeringStats, nested',
      query: `subscription ($f: OfferingFilter) { offeringStats(filter: $f, everyMs: 250) { offering { id provider { offerings(first: 20) { nodes { id } } } } } }`,
      variables: { f: { offerings: offerings.slice(0, 1_000) } },
      events: Math.min(1_000, offerings.length),
    },
  ];
};
