import { describe, expect, it } from 'vitest';
import { aider } from '../../../src/adapters/sources/aider.ts';
import { SourceUnreadable } from '../../../src/ports/catalogue-source.ts';
import { hasCatalogueSamples, liveBodies, titleWithSamples } from '../../support/catalogue-samples.ts';
import { fixtureText, problemsIn } from './reading.ts';

describe('Aider', () => {
  const reading = aider.parse({ leaderboard: fixtureText('polyglot.yml') });

  it('reads scores with how they were made and what they cost, where that is known', () => {
    const score = {
      benchmark: 'aider-polyglot',
      metric: 'share of tasks solved within two tries',
      unit: '%',
      maximum: 100,
      sourceUrl: aider.pageUrl,
    };
    expect(reading.scores).toEqual([
      {
        identity: { name: 'o3' },
        quality: [
          {
            ...score,
            score: 81.3,
            setting: 'high, diff',
            costUsd: 21.2259,
            date: '2025-06-27',
            testedModel: 'o3 (high)',
          },
        ],
      },
      {
        identity: { name: 'unpriced-model' },
        quality: [
          { ...score, score: 12, setting: 'whole', date: '2025-02-25', testedModel: 'unpriced-model' },
        ],
      },
      {
        identity: { name: 'chatgpt-4o-latest (2025-03-29)' },
        quality: [{ ...score, score: 45.3, setting: 'diff', testedModel: 'chatgpt-4o-latest (2025-03-29)' }],
      },
    ]);
  });

  it('says which runs it does not believe', () => {
    expect(problemsIn(reading)).toEqual(['MALFORMED row 5', 'MALFORMED too-good']);
  });

  it.each(['<!doctype html><p>Not found</p>', 'a: 1', '- [', ''])('refuses %j', (body) => {
    expect(() => aider.parse({ leaderboard: body })).toThrow(SourceUnreadable);
  });
});

describe.skipIf(!hasCatalogueSamples)(titleWithSamples("Aider's own leaderboard"), () => {
  it('has the runs of single models', () => {
    const reading = aider.parse(liveBodies.aider());
    expect(reading.scores).toHaveLength(66);
    expect(reading.problems).toEqual([]);
    const gpt5 = reading.scores.filter(({ identity }) => identity.name === 'gpt-5');
    expect(gpt5.map(({ quality }) => [quality[0]?.setting, quality[0]?.costUsd])).toEqual([
      ['high, diff', 29.0829],
      ['medium, diff', 17.693],
      ['low, diff', 10.3713],
    ]);
  });
});
