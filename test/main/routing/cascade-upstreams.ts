import { answer, type Behaviour } from '../../support/scriptable-upstream.ts';

/** A provider of one model; its output costs twice its input, in US dollars per 1,000,000 tokens. */
export const served = (model: string, input: number) => ({
  models: [{ id: model, model: `lab/${model}`, prices: { input, output: input * 2 } }],
});

/** An answer of one token to 100. */
export const says = (text: string): Behaviour => answer({ tokens: [text], usage: { input: 100 } });
