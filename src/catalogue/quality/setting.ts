/** How a benchmark was run, taken apart. */
export type ParsedSetting = {
  /** LITTLE: the model was told to reason little or not at all. USUAL: by default, or more than that. */
  readonly effort: 'LITTLE' | 'USUAL';
  /** All else, e.g. `fc`, `custom-scaffold`: runs under other conditions are not comparable. Empty: as usual. */
  readonly conditions: string;
};

const LITTLE = new Set([
  'none',
  'non-thinking',
  'no-thinking',
  'no thinking',
  'no think',
  'instant',
  'chat',
  'minimal',
  'low',
]);
const MUCH = new Set([
  'default',
  'default think',
  'unknown',
  'medium',
  'thinking',
  'reasoning',
  'reasoner',
  'enabled',
  'high',
  'xhigh',
  'max',
]);

/**
 * How answers were written down, or where the model was called: Aider chooses the format for each model, and the same model
 * is behind a free endpoint.
 */
const IGNORED = new Set(['diff', 'whole', 'diff-fenced', 'udiff', 'architect', 'free', 'voice']);

/** A budget of thinking, e.g. `32k`, `16K thinking`, `32k thinking tokens`. */
const BUDGET = /^(?:thinking[ -])?\d+k(?: think(?:ing)?(?: tokens)?)?$/;

const effortOf = (word: string): ParsedSetting['effort'] | undefined => {
  const plain = word.replace(/[ -]effort$/, '');
  if (LITTLE.has(plain)) return 'LITTLE';
  return MUCH.has(plain) || BUDGET.test(plain) ? 'USUAL' : undefined;
};

/** Words are parted by semicolons, commas and pluses. */
export const parseSetting = (setting: string | undefined): ParsedSetting => {
  let effort: ParsedSetting['effort'] = 'USUAL';
  const conditions = new Set<string>();
  for (const part of (setting ?? '').toLowerCase().split(/[;,+]/)) {
    const word = part.trim().replace(/^(fc|prompt) thinking$/, '$1');
    if (word === '' || IGNORED.has(word)) continue;
    const known = effortOf(word);
    if (known === 'LITTLE') effort = 'LITTLE';
    if (known === undefined) conditions.add(word.replaceAll(/[^a-z0-9.]+/g, '-').replaceAll(/^-|-$/g, ''));
  }
  return { effort, conditions: [...conditions].sort().join('+') };
};
