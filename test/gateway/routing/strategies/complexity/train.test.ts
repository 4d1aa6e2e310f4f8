import { describe, expect, it } from 'vitest';
import { policyGrammar } from '../../../../../src/gateway/routing/policy/grammar.ts';
import { judge, SHIPPED_MODEL } from '../../../../../src/gateway/routing/strategies/complexity/classify.ts';
import { wordsIn } from '../../../../../src/gateway/routing/strategies/complexity/features.ts';
import { readLabelled } from '../../../../../src/gateway/routing/strategies/complexity/labelled.ts';
import {
  measuresOf,
  thresholdOf,
} from '../../../../../src/gateway/routing/strategies/complexity/measures.ts';
import { train, trainingProblem } from '../../../../../src/gateway/routing/strategies/complexity/train.ts';
import { labelledPrompts, promptOf, publicSets } from './prompts.ts';

describe('the shipped model', () => {
  const labelled = labelledPrompts();
  const { report } = train(labelled, { ngrams: false });
  const publicPrompts = publicSets();

  it('is the same in any language: the words of a problem in Japanese weigh as in English', () => {
    const english = 'Anna has 12 apples. She gives 3 to Ben and sells 4 for $2 each. How much does she earn?';
    const japanese =
      '\u30a2\u30f3\u30ca\u306f\u308a\u3093\u3054\u309212\u500b\u6301\u3063\u3066\u3044\u307e\u3059\u30023\u500b\u3092\u30d9\u30f3\u306b\u3042\u3052\u30014\u500b\u3092\uffe52\u3067\u58f2\u308a\u307e\u3059\u3002\u3044\u304f\u3089\u7a3c\u304e\u307e\u3059\u304b\uff1f';
    const [one, other] = [english, japanese].map((text) => judge(promptOf(text)).complexity);
    expect(Math.abs((one ?? 0) - (other ?? 1))).toBeLessThan(0.1);
  });

  it.skipIf(publicPrompts === undefined)(
    'is what training gives: each source counts alike, ours three times',
    () => {
      const sets = [...Map.groupBy(publicPrompts ?? [], ({ source }) => source).values()];
      const weighed = [
        ...labelled.map((one) => ({ ...one, weight: 3 / labelled.length })),
        ...sets.flatMap((set) => set.map(({ labelled }) => ({ ...labelled, weight: 1 / set.length }))),
      ];
      expect(train(weighed, { l2: 0.01, ngrams: false }).model).toEqual(SHIPPED_MODEL);
    },
  );

  it.skipIf(publicPrompts === undefined)(
    'separates hard prompts as well as their number of words does, in each public set',
    () => {
      for (const [source, set] of Map.groupBy(publicPrompts ?? [], (one) => one.source)) {
        const hard = set.map(({ labelled }) => labelled.hard >= 0.5);
        if (!hard.includes(true)) continue;
        const counts = set.map(() => 1);
        const aucOf = (scores: readonly number[]) => measuresOf({ scores, hard, counts }).auc;
        expect
          .soft(aucOf(set.map(({ labelled }) => judge(labelled.request).complexity)), source)
          .toBeGreaterThan(aucOf(set.map(({ labelled }) => wordsIn(labelled.request))));
      }
    },
  );

  it('rests on enough prompts of both kinds, the length of which tells little', () => {
    expect(report.examples).toBeGreaterThanOrEqual(160);
    expect(report.hard / report.examples).toBeGreaterThan(0.4);
    expect(report.hard / report.examples).toBeLessThan(0.6);
    expect(report.wordCount.auc).toBeLessThan(0.65);
  });

  it('is better than counting words on prompts that it has not seen: by 0.25 in accuracy, by 0.25 in AUC', () => {
    expect(report.classifier.accuracy - report.wordCount.accuracy).toBeGreaterThan(0.25);
    expect(report.classifier.auc - report.wordCount.auc).toBeGreaterThan(0.25);
    expect(report.classifier).toSatisfy(
      ({ precision, recall }: typeof report.classifier) => precision > 0.85 && recall > 0.85,
    );
  });
});

describe('training', () => {
  /** Hard ones ask why, simple ones what; all are of one length. */
  const plain = Array.from({ length: 40 }, (_none, index) => ({
    request: promptOf(
      index % 2 === 0 ? `Why does ${index + 10} matter to us` : `When did ${index + 10} last happen here`,
    ),
    hard: index % 2 === 0 ? 1 : 0,
    weight: 1,
  }));

  it('finds what tells the two apart, and says how well, each judged by what has not seen it', () => {
    const { report, model } = train(plain, { folds: 4 });
    expect(report).toMatchObject({ examples: 40, hard: 20, folds: 4 });
    expect(report.classifier).toEqual({ accuracy: 1, precision: 1, recall: 1, auc: 1 });
    expect(report.wordCount.accuracy).toBeLessThan(0.75);
    expect(model.weights.reasoning).toBeGreaterThan(0);
  });

  it('learns nothing from labels that mean nothing', () => {
    const { report } = train(plain.map((one, index) => ({ ...one, hard: index % 4 < 2 ? 1 : 0 })));
    expect(report.classifier.auc).toBeLessThan(0.7);
  });

  it('is the same each time', () => {
    expect(train(plain)).toEqual(train(plain));
  });

  it('takes shares for labels', () => {
    const soft = train(plain.map((one) => ({ ...one, hard: 0.2 + 0.6 * one.hard }))).model;
    expect(Math.abs(soft.weights.reasoning ?? 0)).toBeLessThan(
      Math.abs(train(plain).model.weights.reasoning ?? 0),
    );
  });

  it.each([
    [plain.slice(0, 19), 'there are 10 hard and 9 simple examples'],
    [plain.filter(({ hard }) => hard === 1), 'there are 20 hard and 0 simple examples'],
  ])('needs enough of both kinds: %#', (few, problem) => {
    expect(trainingProblem(few)).toContain(problem);
    expect(() => train(few)).toThrow(problem);
  });
});

describe('training on what features do not see', () => {
  /** Two subjects in words that no list knows, of one shape, in a script without spaces and in one with. */
  const subjects = [
    ['\u83dc\u8c31', '\u7a0e\u6cd5'],
    ['gardening', 'topology'],
  ] as const;
  const examples = Array.from({ length: 80 }, (_none, index) => {
    const [easy, difficult] = subjects[index % 4 < 2 ? 0 : 1];
    const isHard = index % 2 === 0;
    return {
      request: promptOf(`${isHard ? difficult : easy} ${index}`),
      hard: isHard ? 1 : 0,
      weight: 1,
      language: index % 4 < 2 ? 'zh' : 'en',
    };
  });
  const { model, report } = train(examples);

  it('learns the words themselves, in any script', () => {
    expect(report.features.auc).toBeLessThan(0.7);
    expect(report.classifier.auc).toBe(1);
    expect(report.groups.map(({ by, name, classifier }) => [by, name, classifier.auc])).toEqual([
      ['language', 'zh', 1],
      ['language', 'en', 1],
    ]);
  });

  it('gives a model that a route takes, and that judges as the report says', () => {
    const hard = judge(promptOf('\u7a0e\u6cd5 900'), model);
    expect(hard.complexity).toBeGreaterThan(0.5);
    expect(hard.contributions()[0]?.feature).toBe('ngrams');
    expect(judge(promptOf('gardening 901'), model).complexity).toBeLessThan(0.5);
    expect(policyGrammar.safeParse({ strategy: 'COMPLEXITY', complexity: model }).error).toBeUndefined();
  });

  it('gives no weight to a feature that is the same in all examples but for rounding', () => {
    const code = examples.map((one, index) => ({ ...one, request: promptOf(`f(x); ${'ab'[index % 2]}`) }));
    const { model } = train(code, { ngrams: false });
    expect(Math.max(...Object.values(model.weights).map(Math.abs))).toBeLessThan(100);
  });

  it('is calibrated: of those that it gives 0.8, some 80 % are hard', () => {
    const noisy = Array.from({ length: 400 }, (_none, index) => {
      const isLong = index % 2 === 0;
      // One in five is labelled the other way.
      return {
        request: promptOf(isLong ? 'one two. three four.' : 'one'),
        hard: isLong === index % 10 > 1 ? 1 : 0,
        weight: 1,
      };
    });
    expect(
      judge(promptOf('one two. three four.'), train(noisy, { ngrams: false }).model).complexity,
    ).toBeCloseTo(0.8, 1);
  });

  it('counts an example as often as its weight says', () => {
    const once = { request: promptOf('a'), hard: 1, weight: 1 };
    const four = Array.from({ length: 20 }, (_none, index) => ({
      request: promptOf('b'),
      hard: index % 2,
      weight: index % 2 === 1 ? 4 : 1,
    }));
    expect(judge(promptOf('b'), train([...four, once], { ngrams: false }).model).complexity).toBeCloseTo(
      0.8,
      1,
    );
  });
});

describe('the threshold that costs least', () => {
  const judged = { scores: [0.1, 0.4, 0.6, 0.9], hard: [false, true, false, true], counts: [1, 1, 1, 1] };

  it.each([
    [1, { upTo: 0.25, cost: 0.25, alwaysCheap: 0.5, alwaysStrong: 0.5 }],
    [10, { upTo: 0.25, cost: 0.25, alwaysCheap: 5, alwaysStrong: 0.5 }],
    [0.1, { upTo: 0.75, cost: 0.025, alwaysCheap: 0.05, alwaysStrong: 0.5 }],
  ])('where a miss costs %d', (missCost, threshold) => {
    expect(thresholdOf(judged, missCost)).toEqual({
      ...threshold,
      upTo: expect.closeTo(threshold.upTo, 9),
      cost: expect.closeTo(threshold.cost, 9),
      alwaysCheap: expect.closeTo(threshold.alwaysCheap, 9),
    });
  });
});

describe('labelled prompts', () => {
  it('are read from texts and from messages', () => {
    const read = readLabelled(
      [
        '{"text":"a","hard":true}',
        '',
        '{"messages":[{"role":"system","text":"s"},{"role":"user","text":"u"},{"role":"assistant","text":"t"}],"hard":0.25,"tools":2,"jsonSchema":true}',
        '',
      ].join('\n'),
    );
    expect(read).toMatchObject({
      labelled: [
        {
          hard: 1,
          request: { messages: [{ role: 'user', parts: [{ type: 'text', text: 'a' }] }], tools: [] },
        },
        {
          hard: 0.25,
          request: {
            messages: [{ role: 'system', text: 's' }, { role: 'user' }, { role: 'assistant', text: 't' }],
            tools: [{ name: 'tool1' }, { name: 'tool2' }],
            output: { kind: 'jsonSchema' },
          },
        },
      ],
    });
  });

  it.each([
    ['{"text":"secret words"', 'is not JSON'],
    ['{"text":"secret words"}', 'hard: '],
    ['{"text":"secret words","hard":2}', 'hard: '],
    ['{"hard":true}', 'takes either `text` or `messages`'],
    ['{"text":"secret words","messages":[{"role":"user","text":"b"}],"hard":true}', 'takes either'],
    ['{"messages":[],"hard":true}', 'messages: '],
    ['{"messages":[{"role":"tool","text":"secret words"}],"hard":true}', 'messages.0.role: '],
    ['{"text":"secret words","hard":true,"label":"x"}', ''],
    ['[]', ''],
  ])('are refused with their line and without their words: %s', (line, problem) => {
    const read = readLabelled(`{"text":"a","hard":false}\n${line}\n`);
    expect(read).toMatchObject({ line: 2, problem: expect.stringContaining(problem) });
    expect(JSON.stringify(read)).not.toContain('secret');
  });
});
