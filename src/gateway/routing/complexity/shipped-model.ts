import type { ComplexityModel } from '../../../domain/route.ts';

/**
 * What training gives of test/fixtures/complexity/labelled.jsonl, and nothing else: a test fails where the two differ. Those
 * prompts were written and labelled by hand for this purpose, by who chose the words that features look for: on one's
 * own traffic it does less well, and `modelgraph train-complexity` learns from that.
 */
export const SHIPPED_MODEL: ComplexityModel = {
  bias: -3.064,
  weights: {
    length: 0.125,
    turns: 0.283,
    tools: 0.58,
    jsonSchema: -1.38,
    codeFence: 0.731,
    codeSymbols: 11.149,
    mathematics: 1.136,
    numbers: 0.321,
    questions: 0.348,
    demands: -0.762,
    constraints: 1.289,
    reasoning: 2.331,
    simple: -1.708,
    opening: 0.902,
    technical: 2.017,
    wordLength: 0.244,
    longWords: 1.81,
  },
};
