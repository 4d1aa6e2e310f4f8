import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Catalogue } from '../../../src/catalogue/catalogue.ts';
import { catalogueOf, completed, createHarness, textDelta } from '../../gateway/harness.ts';
import { bookOf, model, policyWith } from '../../gateway/routing/route-fixtures.ts';
import { createScriptedProvider } from '../../support/scripted-provider.ts';
import { type ServedRest, serveRest } from './rest-harness.ts';

/** Names that were compared with all others. */
const compared: string[] = [];

const comparing = (catalogue: Catalogue): Catalogue => ({
  ...catalogue,
  resolve(name) {
    const found = catalogue.resolve(name);
    if (found.kind !== 'UNKNOWN') return found;
    const suggestions = (): readonly string[] => {
      compared.push(name);
      return found.suggestions();
    };
    return { kind: 'UNKNOWN', suggestions };
  },
});

const provider = createScriptedProvider('first');
let rest: ServedRest;
beforeAll(async () => {
  const catalogue = comparing(catalogueOf(['first']));
  const book = bookOf({ quick: policyWith([model('first/talker')]) });
  const { gateway, clock } = createHarness([provider], { catalogue, book });
  rest = await serveRest({ gateway, clock, catalogue });
});
afterAll(() => rest.close());
beforeEach(() => {
  compared.length = 0;
});

const ask = (model: string) =>
  rest.post('/v1/chat/completions', { model, messages: [{ role: 'user', content: 'Hello' }] });

it.each(['route:quick', 'ROUTE:Quick', 'first/talker', 'offering:first/talker', 'first/not-listed'])(
  'a name that is served is compared with no other: %s',
  async (name) => {
    provider.answer(textDelta('Hello'), completed);
    expect((await ask(name)).status).toBe(200);
    expect(compared).toEqual([]);
  },
);

it('a name that means nothing is compared with the others once, for its refusal', async () => {
  const answer = await ask('talkr');
  expect(answer.status).toBe(404);
  expect(((await answer.json()) as { error: { message: string } }).error.message).toContain('lab/talker');
  expect(compared).toEqual(['talkr']);
});
