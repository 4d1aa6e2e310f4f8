import { expect, it } from 'vitest';
import type { RouteCondition } from '../../../../src/domain/route.ts';
import { type ConditionFacts, conditionHolds } from '../../../../src/gateway/routing/conditions/condition.ts';

/** A Monday, 18:30 in Shanghai. */
const FACTS: ConditionFacts = {
  metadata: { tier: 'gold', team: 'blue' },
  user: 'ada',
  region: 'EU',
  at: new Date('2026-03-02T10:30:00Z'),
  language: () => 'zh',
};

it.each<readonly [string, RouteCondition, boolean]>([
  ['nothing is asked', {}, true],
  ['a tag has one of the values', { metadata: { tier: ['silver', 'gold'] } }, true],
  ['a tag has none of the values', { metadata: { tier: ['silver'] } }, false],
  ['every tag has to fit', { metadata: { tier: ['gold'], team: ['red'] } }, false],
  ['a tag is missing', { metadata: { plan: ['x'] } }, false],
  ['a tag has the name of what every object has', { metadata: { constructor: ['x'] } }, false],
  ['a tag without a value to choose from', { metadata: { tier: [] } }, false],
  ['the user is one of them', { users: ['bob', 'ada'] }, true],
  ['users differ by case', { users: ['Ada'] }, false],
  ['the region, whatever its case', { regions: ['eu', 'us'] }, true],
  ['another region', { regions: ['us'] }, false],
  ['the language', { languages: ['en', 'zh'] }, true],
  ['the language with its country', { languages: ['zh-CN'] }, true],
  ['another language', { languages: ['en'] }, false],
  ['within a time', { time: { zone: 'Asia/Shanghai', from: '18:00', to: '19:00' } }, true],
  ['the same time elsewhere', { time: { zone: 'UTC', from: '18:00', to: '19:00' } }, false],
  ['past midnight', { time: { zone: 'UTC', from: '22:00', to: '11:00' } }, true],
  ['on a day', { time: { zone: 'UTC', weekdays: ['MONDAY'] } }, true],
  ['on another day', { time: { zone: 'UTC', weekdays: ['SUNDAY'] } }, false],
  [
    'after midnight of a window that began on another day',
    { time: { zone: 'UTC', from: '22:00', to: '11:00', weekdays: ['MONDAY'] } },
    false,
  ],
  ['all of it', { users: ['ada'], regions: ['EU'], languages: ['zh'] }, true],
  ['all but one', { users: ['ada'], regions: ['EU'], languages: ['fr'] }, false],
])('%s', (_title, condition, holds) => {
  expect(conditionHolds(condition, FACTS)).toBe(holds);
});

it('does not hold for what the request does not say', () => {
  const silent: ConditionFacts = {
    metadata: undefined,
    user: undefined,
    region: undefined,
    at: FACTS.at,
    language: () => undefined,
  };
  for (const condition of [
    { metadata: { tier: ['gold'] } },
    { users: ['ada'] },
    { regions: ['eu'] },
    { languages: ['en'] },
  ])
    expect(conditionHolds(condition, silent)).toBe(false);
});

it('works the language out only where it is asked for', () => {
  const facts: ConditionFacts = {
    ...FACTS,
    language: () => {
      throw new Error('asked');
    },
  };
  expect(conditionHolds({ users: ['ada'] }, facts)).toBe(true);
  expect(conditionHolds({ users: ['bob'], languages: ['en'] }, facts)).toBe(false);
  expect(() => conditionHolds({ languages: ['en'] }, facts)).toThrow('asked');
});
