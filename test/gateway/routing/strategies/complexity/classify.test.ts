import { describe, expect, it } from 'vitest';
import type { CompletionRequest } from '../../../../../src/domain/completion-request.ts';
import { judge, SHIPPED_MODEL } from '../../../../../src/gateway/routing/strategies/complexity/classify.ts';
import {
  FEATURES,
  type Feature,
  featuresOf,
  wordsIn,
} from '../../../../../src/gateway/routing/strategies/complexity/features.ts';
import { promptOf } from './prompts.ts';

const LETTER = `Dear team,\n${'We will be at the fair in Cologne from Monday to Thursday and look forward to your visit. '.repeat(40)}`;

const complexityOf = (...args: Parameters<typeof judge>): number => judge(...args).complexity;

describe('prompts that the shipped model was not trained on', () => {
  it.each([
    'Prove that the harmonic series diverges.',
    'Design a schema for multi-tenant billing that must survive partial failures, and analyse its worst case.',
    'Why does this lock-free stack suffer from the ABA problem? Compare hazard pointers with epochs.',
    '证明:任意六个人中必有三人互相认识或互相不认识。',
    '请分析为什么分布式事务会导致性能下降,并设计一个优化方案。',
  ])('hard: %s', (text) => {
    expect(complexityOf(promptOf(text))).toBeGreaterThan(0.6);
  });

  it.each([
    'Translate "good morning" to Dutch.',
    `Summarise this letter in one sentence:\n${LETTER}`,
    'What is the capital of Peru?',
    '把这句话翻译成法语:我明天去北京。',
    'List three rivers in Germany.',
  ])('simple: %.60s', (text) => {
    expect(complexityOf(promptOf(text))).toBeLessThan(0.4);
  });
});

describe('a figure', () => {
  it('is the logistic function of the weighed features; what the model names and there is not counts for nothing', () => {
    const request = promptOf('Why? Why? Why?');
    expect(complexityOf(request, { bias: 0, weights: {} })).toBe(0.5);
    expect(complexityOf(request, { bias: 2, weights: { unheard: 9, constructor: 9 } })).toBeCloseTo(
      1 / (1 + Math.exp(-2)),
      12,
    );
    expect(complexityOf(request, { bias: -1, weights: { sentences: 2 } })).toBeCloseTo(
      1 / (1 + Math.exp(1 - 2 * Math.log1p(3))),
      12,
    );
  });

  it.each<readonly [string, CompletionRequest]>([
    ['no message', { messages: [], tools: [] }],
    ['no words', promptOf('')],
    ['an image alone', { messages: [{ role: 'user', parts: [] }], tools: [] }],
    ['no user', { messages: [{ role: 'system', text: 'Prove it.' }], tools: [] }],
    ['a run of one letter', promptOf('a'.repeat(1_000_000))],
    ['signs alone', promptOf('{}[]();'.repeat(10_000))],
    ['halves of characters', promptOf('\ud800'.repeat(1_000))],
  ])('is there for %s', (_title, request) => {
    const figure = complexityOf(request);
    expect(figure).toBeGreaterThanOrEqual(0);
    expect(figure).toBeLessThanOrEqual(1);
  });
});

describe('features', () => {
  const feature = (name: Feature, request: CompletionRequest): number =>
    featuresOf(request)[FEATURES.indexOf(name)] ?? Number.NaN;
  const log = Math.log1p;

  it.each<readonly [Feature, CompletionRequest, number]>([
    ['tools', promptOf('x', { tools: [{ name: 'a', parameters: {} }] }), log(1)],
    ['jsonSchema', promptOf('x', { output: { kind: 'jsonSchema', name: 'a', schema: {} } }), 1],
    ['jsonSchema', promptOf('x', { output: { kind: 'jsonObject' } }), 0],
    ['codeFence', promptOf('See\n```js\nx\n```'), 1],
    ['codeFence', promptOf('See `x`'), 0],
    ['codeSymbols', promptOf('f(x);'), 3 / 5],
    ['mathematics', promptOf('∑ α ≤ x^2'), log(4)],
    ['numbers', promptOf('12 of 3,400'), log(3)],
    ['sentences', promptOf('Why? \u4e3a\u4ec0\u4e48\uff1f Because. 3.5 of 4.'), log(4)],
    ['sentences', promptOf('\u092f\u0939 \u0939\u0948\u0964 \u0647\u0644\u061f'), log(2)],
    ['amounts', promptOf('$5, 6 € and 7 % of 8\uffe5'), log(4)],
    ['words', promptOf('two words, \u4e24\u4e2a\u8bcd'), log(3.5)],
    ['words', promptOf('\u0939\u093f\u0928\u094d\u0926\u0940 \u0645\u0631\u062d\u0628\u0627'), log(2)],
    ['demands', promptOf('Do:\n1. this\n2. that\n- and\n* more\nx - y 3'), log(4)],
    ['constraints', promptOf('It must be done with at least two'), log(2)],
    ['reasoning', promptOf('Prove it step by step, and say why'), log(3)],
    ['reasoning', promptOf('请证明并分析'), log(2)],
    ['simple', promptOf('TRANSLATE and Summarise this'), log(2)],
    ['simple', promptOf('翻译并总结'), log(2)],
    ['opening', promptOf('Prove it, then summarise'), 1],
    ['opening', promptOf('Summarise it, then prove'), -1],
    ['opening', promptOf('Hello'), 0],
    ['technical', promptOf('A theorem on race conditions: race condition'), log(2)],
    ['words', promptOf(''), 0],
  ])('%s of %j', (name, request, value) => {
    expect(feature(name, request)).toBeCloseTo(value, 12);
  });

  it('are of the last thing that the user says', () => {
    const request: CompletionRequest = {
      messages: [
        { role: 'system', text: 'Prove all' },
        { role: 'user', parts: [{ type: 'text', text: 'Prove it' }] },
        { role: 'assistant', text: 'Why?', reasoning: [], toolCalls: [] },
        {
          role: 'user',
          parts: [
            { type: 'text', text: 'Translate' },
            { type: 'text', text: 'this' },
          ],
        },
        { role: 'tool', toolCallId: '1', text: 'why', isError: false },
      ],
      tools: [],
    };
    expect(feature('reasoning', request)).toBe(0);
    expect(feature('simple', request)).toBe(log(1));
    expect(feature('words', request)).toBe(log(2));
    expect(wordsIn(request)).toBe(2);
  });

  it('go by how a long prompt begins and ends, not by what is pasted into it', () => {
    const pasted = 'They want to know why and compare. '.repeat(100);
    expect(feature('reasoning', promptOf(`${'Hello. '.repeat(60)}${pasted}${'Bye. '.repeat(60)}`))).toBe(0);
    expect(feature('reasoning', promptOf(`${'Hello. '.repeat(600)} Prove it.`))).toBe(log(1));
  });

  it('read no more than so much', () => {
    const middle = '∑'.repeat(100_000);
    expect(feature('mathematics', promptOf(`${'a '.repeat(3_000)}${middle}${'b '.repeat(3_000)}`))).toBe(0);
  });
});

describe('what decided', () => {
  it('is told by feature, the weightiest first, and adds up to the figure', () => {
    const { complexity, contributions } = judge(promptOf('Prove it. Then translate 3 words.'));
    const told = contributions();
    expect(told.map(({ feature }) => feature)).toEqual(
      expect.arrayContaining(['reasoning', 'opening', 'simple']),
    );
    expect(told.map(({ value }) => Math.abs(value))).toEqual(
      told.map(({ value }) => Math.abs(value)).toSorted((a, b) => b - a),
    );
    const sum = told.reduce((total, { value }) => total + value, SHIPPED_MODEL.bias);
    expect(complexity).toBeCloseTo(1 / (1 + Math.exp(-sum)), 9);
  });
});
