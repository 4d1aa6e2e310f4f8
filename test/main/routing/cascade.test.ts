import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { answer, fails } from '../../support/scriptable-upstream.ts';
import { jsonAnswer } from '../../support/upstream.ts';
import { says, served } from './cascade-upstreams.ts';
import { type Json, logOf, type RoutingServer, startRoutingServer } from './routing-server.ts';

type Id = 'small' | 'medium' | 'large' | 'broken';

let routing: RoutingServer<Id>;
beforeAll(async () => {
  routing = await startRoutingServer<Id>({
    providers: {
      small: served('small', 1),
      medium: served('medium', 5),
      large: served('large', 20),
      broken: served('broken', 30),
    },
    config: {
      routes: {
        tiers: {
          candidates: [{ model: 'lab/small' }, { model: 'lab/medium' }, { model: 'lab/large' }],
          strategy: 'CASCADE',
        },
      },
    },
  });
});
afterAll(() => routing?.stop());
afterEach(() => routing.forget());

const TWO = [{ model: 'lab/small' }, { model: 'lab/large' }];
const cascade = (own: object = {}, more: object = {}) => ({
  routing: { candidates: TWO, strategy: 'CASCADE', cascade: own, ...more },
});
const sumOf = (attempts: readonly Json[]): number =>
  attempts.reduce((sum, { cost }) => sum + Number(cost?.total?.amount ?? 0), 0);
const callsTool = (name: string, args: string) => () =>
  jsonAnswer({
    id: 'c',
    object: 'chat.completion',
    model: 'm',
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 't1', type: 'function', function: { name, arguments: args } }],
        },
        finish_reason: 'tool_calls',
      },
    ],
    usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
  });
const FAILED = /* GraphQL */ `
  mutation ($input: CompletionInput!) {
    complete(input: $input) {
      ... on Completion {
        text warnings { code message }
        attempts { offeringId cause status failedCheck { check detail } error { code } }
      }
      ... on Error { message }
    }
  }
`;
const completed = async (input: object): Promise<Json> =>
  (await routing.ask(FAILED, { input: { messages: [{ user: { text: 'Hi.' } }], ...input } })).complete;

describe('CASCADE', () => {
  it('asks the first tier alone where its answer passes', async () => {
    const completion = await routing.complete({ model: 'route:tiers' });
    expect(completion).toMatchObject({
      text: 'Good answer',
      route: { strategy: 'CASCADE', candidates: ['small/small', 'medium/medium', 'large/large'] },
    });
    expect(routing.called()).toEqual({ small: 1 });
  });

  it('asks the next tier after a refusal; both are paid for, and told with the check that failed', async () => {
    routing.upstreams.small.behave(says("I'm sorry, but I can't help with that."));
    const completion = await routing.complete(cascade());
    expect(completion.text).toBe('Good answer');
    expect(logOf(completion.attempts)).toEqual([
      'small FIRST FAILED CHECK_FAILED',
      'large ESCALATION SUCCEEDED',
    ]);
    // 100 x 1 + 1 x 2, and 10 x 20 + 2 x 40, per 1,000,000
    expect(sumOf(completion.attempts)).toBeCloseTo((102 + 280) / 1_000_000, 12);
    expect(Number(completion.cost.total.amount)).toBeCloseTo(sumOf(completion.attempts), 12);
    expect(completion.usage).toMatchObject({ input: 10, output: 2 });
    const { attempts } = await completed(cascade());
    expect(attempts[0].failedCheck).toEqual({ check: 'REFUSAL', detail: 'It begins as refusals do.' });
    expect(attempts[1].failedCheck).toBeNull();
    const { completion: row } = await routing.ask(
      `query ($id: ID!) { completion: node(id: $id) { ... on Completion { attempts { cause failedCheck { check } error { code } } } } }`,
      { id: completion.id },
    );
    expect(row.attempts).toEqual([
      { cause: 'FIRST', failedCheck: { check: 'REFUSAL' }, error: { code: 'CHECK_FAILED' } },
      { cause: 'ESCALATION', failedCheck: null, error: null },
    ]);
  });

  it('holds JSON against the schema that was asked for', async () => {
    const schema = {
      type: 'object',
      properties: { age: { type: 'integer', minimum: 0 } },
      required: ['age'],
      additionalProperties: false,
    };
    const output = { jsonSchema: { name: 'person', schema } };
    const { small, large } = routing.upstreams;
    large.behave(says('{"age": 4}'));
    for (const [text, check] of [
      ['{"age": 4}', undefined],
      ['{"age": "4"}', 'It does not match its JSON Schema: the answer.age is no integer.'],
      ['{"age": -1}', 'It does not match its JSON Schema: the answer.age is too small.'],
      ['{}', 'It does not match its JSON Schema: the answer.age is missing.'],
      ['Four.', 'The answer is no JSON.'],
    ] as const) {
      small.behave(says(text));
      const { attempts } = await completed({ ...cascade(), output });
      expect(attempts[0].failedCheck?.detail).toBe(check);
    }
  });

  it('holds tool calls against the tools of the request', async () => {
    const tools = [
      {
        name: 'weather',
        parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
      },
    ];
    const { small, large } = routing.upstreams;
    large.behave(callsTool('weather', '{"city":"Rome"}'));
    for (const [name, args, detail] of [
      ['weather', '{"city":"Rome"}', undefined],
      ['weather', '{"city":', 'The arguments of its call to weather are no JSON.'],
      ['weather', '{}', 'Its call to weather does not match the tool: the arguments.city is missing.'],
      ['wether', '{"city":"Rome"}', 'It calls a tool that the request does not have.'],
    ] as const) {
      small.behave(callsTool(name, args));
      const { attempts } = await completed({ ...cascade(), tools, streamUpstream: false });
      expect(attempts[0].failedCheck?.detail).toBe(detail);
      expect(attempts).toHaveLength(detail === undefined ? 1 : 2);
    }
  });

  it('goes by length where it is told, and by nothing that is not asked', async () => {
    routing.upstreams.small.behave(says('No.'));
    const short = await completed(cascade({ minCharacters: 10 }));
    expect(short.attempts[0].failedCheck.check).toBe('LENGTH');
    routing.upstreams.small.behave(says("I'm sorry, but I can't help with that."));
    expect((await completed(cascade({ checks: ['COMPLETE'] }))).attempts).toHaveLength(1);
  });

  it('asks the next tier no more often than it may, and does not check its answer', async () => {
    for (const each of ['small', 'medium', 'large'] as const)
      routing.upstreams[each].behave(says('Sorry, but I cannot do that.'));
    const all = await completed({ model: 'route:tiers' });
    expect(all.attempts.map((each: Json) => each.status)).toEqual(['FAILED', 'FAILED', 'SUCCEEDED']);
    const once = await completed({
      model: 'route:tiers',
      routing: { strategy: 'CASCADE', cascade: { maxEscalations: 1 }, candidates: [{ route: 'tiers' }] },
    });
    expect(once.attempts).toHaveLength(2);
    expect(once.warnings).toEqual([]);
  });

  it('where no other tier can be called, the answer is given all the same, with a warning', async () => {
    const { small, broken } = routing.upstreams;
    small.behave(says('Sorry, but I cannot do that.'));
    broken.behave(fails(500));
    const input = cascade({}, { candidates: [{ model: 'lab/small' }, { model: 'lab/broken' }] });
    // Five in a row open its breaker.
    for (let n = 0; n < 5; n += 1) await completed(input);
    broken.forget();
    const completion = await completed(input);
    expect(routing.called().broken).toBeUndefined();
    expect(completion.text).toBe('Sorry, but I cannot do that.');
  });

  it('an answer that is not taken is no failure of its provider', async () => {
    routing.upstreams.medium.behave(says('Sorry, but I cannot do that.'));
    const input = {
      routing: { candidates: [{ model: 'lab/medium' }, { model: 'lab/small' }], strategy: 'CASCADE' },
    };
    for (let n = 0; n < 8; n += 1) await completed(input);
    expect(routing.called()).toEqual({ medium: 8, small: 8 });
    const { candidates } = await routing.plan(input);
    expect(candidates[0]).toMatchObject({ offering: { id: 'medium/medium' }, breaker: 'CLOSED' });
    const { offering } = await routing.ask(
      '{ offering(id: "medium/medium") { performance { metric p50 sampleSize } } }',
    );
    expect(offering.performance.find(({ metric }: Json) => metric === 'ERROR_RATE')).toMatchObject({
      p50: 0,
    });
  });

  it('a stream gets nothing of an answer that is not taken', async () => {
    routing.upstreams.small.behave(answer({ tokens: ["I'm sorry,", " but I can't", ' help with that.'] }));
    const events = await routing.watch(cascade());
    expect(events.map((each) => each.__typename)).toEqual([
      'CompletionStarted',
      'AttemptStarted',
      'AttemptFailed',
      'AttemptStarted',
      'TextDelta',
      'TextDelta',
      'UsageUpdated',
      'CompletionFinished',
    ]);
    expect(events.at(-1).completion.text).toBe('Good answer');
  });

  it('RESTART streams it, and says that it is void', async () => {
    routing.upstreams.small.behave(answer({ tokens: ["I'm sorry,", " but I can't"] }));
    const events = await routing.watch(cascade({ stream: 'RESTART' }));
    const told = events.map((each) => each.text ?? each.__typename);
    expect(told).toEqual([
      'CompletionStarted',
      'AttemptStarted',
      "I'm sorry,",
      " but I can't",
      'UsageUpdated',
      'AttemptFailed',
      'AttemptStarted',
      'Good',
      ' answer',
      'UsageUpdated',
      'CompletionFinished',
    ]);
    expect(events[5]).toMatchObject({ willRetry: true, attempt: { error: { code: 'CHECK_FAILED' } } });
    expect(events.at(-1).completion.text).toBe('Good answer');
  });

  it('a REST stream is held until the answer is taken', async () => {
    routing.upstreams.small.behave(answer({ tokens: ["I'm sorry,", " but I can't"] }));
    const response = await fetch(`${routing.server.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${routing.server.adminKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        model: 'route:tiers',
        stream: true,
        messages: [{ role: 'user', content: 'Hi.' }],
        modelgraph: { routing: { candidates: TWO, strategy: 'CASCADE', cascade: { stream: 'RESTART' } } },
      }),
    });
    const body = await response.text();
    expect(body).not.toContain('sorry');
    expect(body).toContain('Good');
  });

  it('says in the plan what the tiers are, and what does not fit', async () => {
    const plan = await routing.plan(cascade());
    expect(plan.dispatch.kind).toBe('CASCADE');
    expect(
      await routing.save('odd', { candidates: TWO, strategy: 'CASCADE', cascade: { maxEscalations: 11 } }),
    ).toMatchObject({ path: 'policy.cascade.maxEscalations', problem: 'takes at most 10.' });
    expect(
      await routing.save('odd', { candidates: TWO, strategy: 'PRIORITY', cascade: { maxEscalations: 1 } }),
    ).toMatchObject({ path: 'policy.cascade', problem: 'goes with the strategy CASCADE.' });
    expect(await routing.save('kept', { candidates: TWO, strategy: 'CASCADE' })).toMatchObject({
      document: {
        strategy: 'CASCADE',
        order: 'PRIORITY',
        cascade: {
          checks: ['SCHEMA', 'TOOL_CALLS', 'REFUSAL', 'COMPLETE'],
          maxEscalations: 3,
          stream: 'HOLD',
        },
      },
    });
  });
});
