import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { answer, fails } from '../../support/scriptable-upstream.ts';
import { NEVER } from '../../support/upstream.ts';
import { says, served } from './cascade-upstreams.ts';
import { type Json, type RoutingServer, startRoutingServer } from './routing-server.ts';

type Id = 'small' | 'medium' | 'large' | 'grader';

let routing: RoutingServer<Id>;
beforeAll(async () => {
  routing = await startRoutingServer<Id>({
    providers: {
      small: served('small', 1),
      medium: served('medium', 5),
      large: served('large', 20),
      grader: served('grader', 2),
    },
    config: {
      routes: {
        inner: {
          candidates: [{ model: 'lab/small' }, { model: 'lab/medium' }],
          strategy: 'CASCADE',
          cascade: { accept: 'answer.text.contains("42")' },
        },
      },
    },
  });
});
afterAll(() => routing?.stop());
afterEach(() => routing.forget());

const CANDIDATES = [{ model: 'lab/small' }, { model: 'lab/large' }];
const cascade = (own: object, more: object = {}) => ({
  routing: { candidates: CANDIDATES, strategy: 'CASCADE', cascade: own, ...more },
});
const judge = (more: object = {}) => cascade({ judge: { model: 'lab/grader', ...more } });
const CHECKED = /* GraphQL */ `
  mutation ($input: CompletionInput!) {
    complete(input: $input) {
      ... on Completion { id text attempts { offeringId status failedCheck { check detail } } }
      ... on Error { __typename message }
      ... on InvalidInputError { path problem }
    }
  }
`;
const completed = async (input: object): Promise<Json> =>
  (await routing.ask(CHECKED, { input: { messages: [{ user: { text: 'What is 6 x 7?' } }], ...input } }))
    .complete;
const namesOf = ({ attempts }: Json): readonly string[] =>
  attempts.map(({ offeringId }: Json) => offeringId.split('/')[0]);

describe('an expression that answers have to hold', () => {
  it('escalates where it is false, and says which part is', async () => {
    routing.upstreams.small.behave(says('It is 41.'));
    routing.upstreams.large.behave(says('It is 42.'));
    const accept = 'answer.finishReason == "STOP" && answer.text.contains("42")';
    const first = await completed(cascade({ accept }));
    expect(first.text).toBe('It is 42.');
    expect(first.attempts[0].failedCheck).toEqual({
      check: 'ACCEPT',
      detail: 'It does not hold answer.text.contains("42").',
    });
    routing.upstreams.small.behave(says('It is 42!'));
    expect((await completed(cascade({ accept }))).text).toBe('It is 42!');
  });

  it('is refused where it makes no sense, with what there is', async () => {
    expect(await completed(cascade({ accept: 'answer.txt == "a"' }))).toMatchObject({
      __typename: 'InvalidInputError',
      problem: expect.stringContaining('answer.text, answer.length, answer.finishReason, answer.toolCalls'),
    });
    for (const accept of ['promptTokens > 1', 'answer.length', 'answer.text.matches("(a+)+")'])
      expect((await completed(cascade({ accept }))).__typename).toBe('InvalidInputError');
  });
});

describe('a judge', () => {
  const grades = (text: string) => routing.upstreams.grader.behave(says(text));

  it('lets an answer pass or not; its completion has a row of its own, which the same key pays', async () => {
    grades('{"pass": false}');
    routing.upstreams.small.behave(says('It is 41.'));
    const graded = await completed(judge({ instructions: 'Sums have to be right.' }));
    expect(namesOf(graded)).toEqual(['small', 'large']);
    expect(graded.attempts[0].failedCheck).toEqual({
      check: 'JUDGE',
      detail: 'The judge of the route did not let it pass.',
    });
    const [asked] = routing.upstreams.grader.calls;
    const sent = JSON.stringify(asked?.request.body);
    for (const part of ['Sums have to be right.', 'What is 6 x 7?', 'It is 41.'])
      expect(sent).toContain(part);
    const { completions } = await routing.ask(
      '{ completions(first: 2) { nodes { id key { id } route { judgeOf } attempts { offeringId } cost { ... on PricedCost { total { amount } } } } } }',
    );
    const row = completions.nodes.find(({ route }: Json) => route.judgeOf !== null);
    const own = completions.nodes.find(({ route }: Json) => route.judgeOf === null);
    expect(row).toMatchObject({ key: own.key, route: { judgeOf: graded.id } });
    // 100 x 2 + 1 x 4, per 1,000,000
    expect(Number(row.cost.total.amount)).toBeCloseTo(204 / 1_000_000, 12);

    grades('Well: {"pass": true}');
    expect(namesOf(await completed(judge()))).toEqual(['small']);
  });

  it('that names no model asks the one that answered', async () => {
    routing.upstreams.small.next(says('It is 41.'), says('{"pass": false}'));
    expect(namesOf(await completed(cascade({ judge: {} })))).toEqual(['small', 'large']);
    expect(routing.called()).toEqual({ small: 2, large: 1 });
  });

  it.each([
    ['fails', () => fails(500)],
    ['says something else', () => says('I would rather not.')],
    ['does not answer in time', () => answer({ after: NEVER })],
  ] as const)('that %s lets answers pass, or none, as is stated', async (_, behaviour) => {
    routing.upstreams.grader.behave(behaviour());
    expect(namesOf(await completed(judge({ timeoutMs: 300 })))).toEqual(['small']);
    const strict = await completed(judge({ timeoutMs: 300, onFailure: 'ESCALATE' }));
    expect(namesOf(strict)).toEqual(['small', 'large']);
    expect(strict.attempts[0].failedCheck.detail).toBe('The judge of the route gave no verdict.');
  });

  it('whose own route has a judge is not judged', async () => {
    const route = { candidates: [{ model: 'lab/grader' }, { model: 'lab/large' }], strategy: 'CASCADE' };
    await routing.save('graded', { ...route, cascade: { judge: { model: 'route:graded' } } });
    grades('{"pass": true}');
    const input = cascade({ judge: { model: 'route:graded' } });
    expect(namesOf(await completed(input))).toEqual(['small']);
    expect(routing.called()).toEqual({ small: 1, grader: 1 });
  });

  it('is asked no more once the time of the completion is over', async () => {
    routing.upstreams.grader.behave(answer({ after: NEVER }));
    const answered = await completed({ ...judge({ timeoutMs: 60_000 }), timeouts: { totalMs: 1_000 } });
    expect(answered.text).toBe('Good answer');
    const rows = async (): Promise<Json> =>
      (
        await routing.ask(
          '{ completions(first: 2) { nodes { status route { judgeOf } attempts { offeringId status } } } }',
        )
      ).completions.nodes.find(({ route }: Json) => route.judgeOf === answered.id);
    await expect.poll(rows).toMatchObject({ attempts: [{ offeringId: 'grader/grader' }] });
  });
});

describe('REST streams of a cascade', () => {
  const messages = [{ role: 'user', content: 'What is 6 x 7?' }];
  const accept = 'answer.text.contains("42")';
  const bodies = {
    '/v1/chat/completions': { messages },
    '/v1/responses': { input: 'What is 6 x 7?' },
    '/v1/messages': { messages, max_tokens: 100 },
  };
  it.each(Object.entries(bodies))('are held until an answer is taken, on %s', async (path, body) => {
    for (const stream of [true, false]) {
      routing.forget();
      routing.upstreams.small.behave(says('It is forty-one.'));
      routing.upstreams.large.behave(says('It is 42.'));
      const response = await fetch(`${routing.server.url}${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${routing.server.adminKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'inline', stream, modelgraph: cascade({ accept }), ...body }),
      });
      const text = await response.text();
      expect(text).toContain('42');
      expect(text).not.toContain('forty-one');
      expect(routing.called()).toEqual({ small: 1, large: 1 });
    }
  });
});

describe('a cascade within another route', () => {
  it('has its own tiers and checks; what follows is for failures alone', async () => {
    routing.upstreams.small.behave(says('It is 41.'));
    const nested = {
      routing: { candidates: [{ route: 'inner' }, { model: 'lab/large' }], strategy: 'PRIORITY' },
    };
    expect(namesOf(await completed(nested))).toEqual(['small', 'medium']);
    routing.upstreams.medium.behave(fails(500));
    const { attempts } = await completed(nested);
    expect(attempts.map(({ status }: Json) => status)).toEqual(['FAILED', 'FAILED', 'SUCCEEDED']);
  });
});

describe('tiers of a conversation', () => {
  const turn = (conversation: string, input: object) =>
    completed({ ...input, routing: { ...(input as Json).routing, conversation } });
  const tiers = [{ model: 'lab/small' }, { model: 'lab/medium' }, { model: 'lab/large' }];
  const accept = 'answer.text.contains("42")';

  it('only rise, and so often as is stated: then answers are taken as they are', async () => {
    const input = cascade({ accept, maxEscalations: 1 }, { candidates: tiers, rising: { maxRises: 2 } });
    for (const each of ['small', 'medium', 'large'] as const)
      routing.upstreams[each].behave(says('It is 41.'));
    const turns: (readonly string[])[] = [];
    for (let n = 0; n < 4; n += 1) turns.push(namesOf(await turn('rising', input)));
    expect(turns).toEqual([['small', 'medium'], ['medium', 'large'], ['large'], ['large']]);
    expect(namesOf(await turn('another', input))).toEqual(['small', 'medium']);
  });

  it('rise once where that is all, and stay', async () => {
    const input = cascade({ accept, maxEscalations: 2 }, { candidates: tiers, rising: { maxRises: 1 } });
    for (const each of ['small', 'medium', 'large'] as const)
      routing.upstreams[each].behave(says('It is 41.'));
    const turns: (readonly string[])[] = [];
    for (let n = 0; n < 3; n += 1) turns.push(namesOf(await turn('once', input)));
    expect(turns).toEqual([['small', 'medium'], ['medium'], ['medium']]);
  });

  it('without it each turn begins at the first', async () => {
    const input = cascade({ accept });
    routing.upstreams.small.behave(says('It is 41.'));
    for (let n = 0; n < 2; n += 1) expect(namesOf(await turn('free', input))).toEqual(['small', 'large']);
  });

  it('of COMPLEXITY rise with what is asked, and do not fall', async () => {
    const rule = { candidates: [{ model: 'lab/small', upTo: 0.5 }, { model: 'lab/large' }] };
    const complexity = { bias: -4, weights: { words: 1 } };
    const input = (text: string) => ({
      messages: [{ user: { text } }],
      routing: { ...rule, strategy: 'COMPLEXITY', complexity, rising: {}, conversation: 'complex' },
    });
    const long = 'word '.repeat(400);
    const asked: string[] = [];
    for (const text of ['Hi.', long, 'Hi.']) asked.push(...namesOf(await completed(input(text))));
    expect(asked).toEqual(['small', 'large', 'large']);
  });

  it('are of COMPLEXITY and CASCADE alone', async () => {
    const { problem, path } = await completed({
      routing: { candidates: tiers, strategy: 'PRIORITY', rising: {} },
    });
    expect(`${path} ${problem}`).toContain('goes with the strategies COMPLEXITY, CASCADE');
  });
});
