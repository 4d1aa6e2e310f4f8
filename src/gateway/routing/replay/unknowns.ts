import type { RoutePolicy } from '../../../domain/route.ts';

/** Of every replay. */
const ALWAYS = [
  'Prompts are not kept: their complexity, their language, and the tools, media and output forms that they asked for are not known. Completions whose way hangs on complexity, language or region are left out; that a candidate could do all else that was asked is taken for granted.',
  'Whether a prompt fits a context window is judged by the tokens that were recorded.',
  'Tokens are those of the model that answered: another one counts the same text otherwise, and writes answers of another length.',
  'Tokens that were read from a prompt cache are taken to be cached at the other offering too, for a conversation that always went there would have them there; where that has no rates for cached tokens, they are counted as plain input.',
  'How good the answers of other models would have been.',
  'Whether an offering would have been up, and how many attempts it would have taken: each completion is taken to be answered by its first candidate.',
  'Times to the first token are medians of the last day at most, as this deployment measured them; how fast an offering was at the time is not kept.',
  'Costs are by the rates in force on the day of each completion, as the catalogue dates them now.',
];

/** What a replay under a policy cannot know, in words. */
export const unknownsOf = ({ strategy, candidates }: RoutePolicy): readonly string[] => {
  const more: string[] = [];
  const order = 'order' in strategy ? strategy.order : strategy;
  if (strategy.kind === 'RACE')
    more.push(
      `What the others of a race cost: ${strategy.count} are called in parallel, and those that lose are billed for what they wrote until then. Only the first candidate is counted.`,
    );
  if (strategy.kind === 'HEDGE')
    more.push('How often a second one would have been asked, and what that cost. Only the first is counted.');
  if (strategy.kind === 'STICKY')
    more.push(
      'Which completions belong to one conversation: each goes where the order sends it, as a first turn does.',
    );
  if (order.kind === 'WEIGHTED' || order.kind === 'FASTEST')
    more.push('Chance is drawn once for each completion, the same each time that it is replayed.');
  if (order.kind === 'SPLIT' && order.by === 'CONVERSATION')
    more.push('Conversations are not kept: each completion counts as a separate one.');
  if (order.kind === 'FASTEST' || order.kind === 'LEAST_BUSY' || order.kind === 'BALANCED')
    more.push('How many calls were under way at the time: all candidates are taken to be idle.');
  if (candidates.some(({ target }) => target.kind === 'ROUTE'))
    more.push('Routes within are taken as they are now.');
  return [...ALWAYS, ...more];
};
