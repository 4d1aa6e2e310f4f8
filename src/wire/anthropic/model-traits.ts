/** What Claude models take that others do not, read from the model's name; relays' spellings included. */
export type ModelTraits = {
  /** Output limit that is sent where the caller gives none: the API requires one. */
  readonly defaultMaxTokens: number;
  /** BUDGET: a number of tokens. ADAPTIVE: on or off, steered by an effort. */
  readonly thinking: 'NONE' | 'BUDGET' | 'ADAPTIVE';
  /** Thinks unless told not to. */
  readonly thinksByDefault: boolean;
  /** Cannot be told not to think. */
  readonly alwaysThinks: boolean;
  /** JSON schemas for the answer, and strict tools. */
  readonly supportsSchemas: boolean;
  /** A tool call cannot be required. */
  readonly rejectsForcedTools: boolean;
  /** Temperature, top-p and top-k are rejected altogether. */
  readonly rejectsSampling: boolean;
  /** Temperature and top-p may not come together. */
  readonly rejectsTemperatureWithTopP: boolean;
  /**
   * A conversation that ends with the assistant's words is refused.
   * https://platform.claude.com/docs/en/about-claude/models/migration-guide (2026-11-30)
   */
  readonly rejectsPrefill: boolean;
  /** A number of tokens for thinking is taken, if only for now. */
  readonly takesBudget: boolean;
  /** Can be asked to answer faster, at a higher price. */
  readonly hasFastMode: boolean;
};

/** Version as a number that sorts: 3.5 is 305. Names without one count as the newest that takes a thinking budget. */
const versionOf = (model: string): number => {
  const match = /claude[a-z-]*?-?(\d+)(?:[-.](\d{1,2})(?!\d))?(?!\d)/.exec(model.toLowerCase());
  return match ? Number(match[1]) * 100 + Number(match[2] ?? 0) : 405;
};

export const modelTraits = (model: string): ModelTraits => {
  const version = versionOf(model);
  const name = model.toLowerCase();
  return {
    defaultMaxTokens: version < 305 ? 4_096 : version < 307 ? 8_192 : 32_000,
    thinking: version < 307 ? 'NONE' : version < 406 ? 'BUDGET' : 'ADAPTIVE',
    thinksByDefault: version >= 500,
    alwaysThinks: version >= 501 || name.includes('claude-fable'),
    supportsSchemas: version >= 405 || /opus-4[-.]1/.test(name),
    rejectsForcedTools: version >= 501,
    rejectsSampling: version >= 407,
    rejectsTemperatureWithTopP: version >= 401,
    rejectsPrefill: version >= 406,
    takesBudget: version >= 307 && version < 407,
    hasFastMode: (name.includes('opus') && version >= 408) || (name.includes('fable') && version >= 502),
  };
};
