import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Modelgraph, startModelgraph } from '../../support/modelgraph.ts';
import { jsonAnswer, startUpstream, type Upstream } from '../../support/upstream.ts';

// Anthropic's data residency: `inference_geo` in a request and in the usage of its answer; `us` costs 1.1 times.
// https://platform.claude.com/docs/en/manage-claude/data-residency

const MODEL = 'claude-sonnet-4-6';
const OLD = 'claude-sonnet-4-5';
const INPUT = 1_000_000;

let upstream: Upstream;
let open: Modelgraph;
let resident: Modelgraph;
beforeAll(async () => {
  upstream = await startUpstream();
  const config = (more: string) => `
providers:
  - { id: anthropic, apiKey: sk-test, baseUrl: ${upstream.url}${more} }
`;
  [open, resident] = await Promise.all([
    startModelgraph({ lists: 'SMALL', config: config('') }),
    startModelgraph({ lists: 'SMALL', config: config(', region: US') }),
  ]);
});
afterAll(async () => {
  await Promise.all([open?.stop(), resident?.stop()]);
  await upstream?.close();
});

type Sent = { readonly inference_geo?: string };
const answering = (geo?: (sent: Sent) => string | undefined) =>
  upstream.respond(({ body }) => {
    const sent: Sent = JSON.parse(JSON.stringify(body));
    const region = geo === undefined ? sent.inference_geo : geo(sent);
    return jsonAnswer({
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: MODEL,
      content: [{ type: 'text', text: 'Hi' }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: {
        input_tokens: INPUT,
        output_tokens: 0,
        ...(region !== undefined && { inference_geo: region }),
      },
    });
  });
const sentLast = (): Sent => JSON.parse(JSON.stringify(upstream.requests.at(-1)?.body));

const COMPLETE = `mutation ($input: CompletionInput!) {
  complete(input: $input) {
    __typename
    ... on Error { message }
    ... on NoCandidateError { rejections { reason detail } }
    ... on Completion {
      cost { ... on PricedCost { total { amount } } }
      attempts { region }
    }
  }
}`;
const complete = async (server: Modelgraph, input: object, model = `anthropic/${MODEL}`) => {
  const { body } = await server.post(COMPLETE, {
    input: { model, messages: [{ user: { text: 'Hi' } }], ...input },
  });
  expect(body.errors).toBeUndefined();
  return body.data.complete;
};
const total = (answer: { cost: { total: { amount: string } } }): number => Number(answer.cost.total.amount);
const messages = async (server: Modelgraph, more: object) => {
  const response = await fetch(`${server.url}/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': server.adminKey },
    body: JSON.stringify({
      model: `anthropic/${MODEL}`,
      max_tokens: 10,
      messages: [{ role: 'user', content: 'Hi' }],
      ...more,
    }),
  });
  const { body } = await server.post(
    '{ completions(first: 1) { nodes { cost { ... on PricedCost { total { amount } } } attempts { region } } } }',
  );
  return { response, row: body.data.completions.nodes[0] };
};

describe('the region that a request asks for', () => {
  it('is sent in the word of the provider, and priced by what the provider says', async () => {
    answering();
    const base = await complete(open, {});
    expect(sentLast().inference_geo).toBeUndefined();
    const inUs = await complete(open, { inferenceRegion: 'US' });
    expect(sentLast().inference_geo).toBe('us');
    expect(inUs.attempts).toEqual([{ region: 'us' }]);
    expect(total(inUs)).toBeCloseTo(total(base) * 1.1, 10);
    answering(() => undefined);
    expect(total(await complete(open, { inferenceRegion: 'us' }))).toBeCloseTo(total(base) * 1.1, 10);
    answering(() => 'global');
    expect(total(await complete(open, { inferenceRegion: 'us' }))).toBe(total(base));
    answering(() => 'not_available');
    expect(total(await complete(open, {}))).toBe(total(base));
  });

  it('is refused where the provider or the model has no such region, rather than ignored', async () => {
    answering();
    const count = upstream.requests.length;
    for (const [model, region] of [
      [MODEL, 'EU'],
      [OLD, 'US'],
    ] as const) {
      const answer = await complete(open, { inferenceRegion: region }, `anthropic/${model}`);
      expect(answer).toMatchObject({
        __typename: 'NoCandidateError',
        rejections: expect.arrayContaining([
          { reason: 'REGION', detail: expect.stringContaining(`asked for ${region}`) },
        ]),
      });
    }
    expect(await complete(open, { inferenceRegion: 'mars-9' })).toMatchObject({
      __typename: 'InvalidInputError',
    });
    expect(upstream.requests).toHaveLength(count);
  });

  it("passes through REST in the provider's own field, and is read in the control options of other formats", async () => {
    answering();
    const plain = await messages(open, {});
    const asked = await messages(open, { inference_geo: 'US' });
    expect(asked.response.status).toBe(200);
    expect(sentLast().inference_geo).toBe('us');
    expect(total(asked.row)).toBeCloseTo(total(plain.row) * 1.1, 10);
    // One that this server does not know yet is the provider's to judge.
    await messages(open, { inference_geo: 'eu' });
    expect(sentLast().inference_geo).toBe('eu');
    const chat = await fetch(`${open.url}/v1/chat/completions`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${open.adminKey}`,
        'x-modelgraph-inference-region': 'us',
      },
      body: JSON.stringify({ model: `anthropic/${MODEL}`, messages: [{ role: 'user', content: 'Hi' }] }),
    });
    expect(chat.status).toBe(200);
    expect(sentLast().inference_geo).toBe('us');
  });

  it('follows from the regions of a filter', async () => {
    answering();
    const base = await complete(open, {});
    const routing = { candidates: [{ filter: { regions: ['us'], models: [`anthropic/${MODEL}`] } }] };
    const routed = await complete(open, { routing });
    expect(sentLast().inference_geo).toBe('us');
    expect(total(routed)).toBeCloseTo(total(base) * 1.1, 10);
  });

  it('that the configuration states is sent with every request, and no client leaves it', async () => {
    answering();
    const base = await complete(open, {});
    expect(total(await complete(resident, {}))).toBeCloseTo(total(base) * 1.1, 10);
    expect(sentLast().inference_geo).toBe('us');
    await messages(resident, {});
    expect(sentLast().inference_geo).toBe('us');
    await messages(resident, { inference_geo: 'global' });
    expect(sentLast().inference_geo).toBe('us');
  });

  it('is priced in comparisons that filter by it', async () => {
    const compare = async (filter: object) => {
      const { body } = await open.post(
        `query ($input: CompareOfferingsInput!) { compareOfferings(input: $input) { ... on Comparison {
           offerings(first: 1) { nodes { offering { id } perRequest { amount } } } exclusions { reason count } } } }`,
        { input: { filter: { offerings: [`anthropic/${MODEL}`], ...filter } } },
      );
      return body.data.compareOfferings;
    };
    const anywhere = (await compare({})).offerings.nodes[0];
    const inUs = (await compare({ regions: ['US'] })).offerings.nodes[0];
    expect(Number(inUs.perRequest.amount)).toBeCloseTo(Number(anywhere.perRequest.amount) * 1.1, 10);
    expect((await compare({ regions: ['EU'] })).offerings.nodes).toEqual([]);
  });
});
