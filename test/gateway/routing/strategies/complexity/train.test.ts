import { describe, expect, it } from 'vitest';
import { SHIPPED_MODEL } from '../../../../../src/gateway/routing/strategies/complexity/classify.ts';
import { readLabelled } from '../../../../../src/gateway/routing/strategies/complexity/labelled.ts';
import { train, trainingProblem } from '../../../../../src/gateway/routing/strategies/complexity/train.ts';
import { labelledPrompts, promptOf } from './prompts.ts';

describe('the shipped model', () => {
  const labelled = labelledPrompts();
  const { model, report } = train(labelled);

  it('is what training gives', () => {
    expect(SHIPPED_MODEL).toEqual(model);
  });

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
    const soft = train(plain.map(({ request, hard }) => ({ request, hard: 0.2 + 0.6 * hard }))).model;
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
