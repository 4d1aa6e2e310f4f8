/** What Claude models take that others do not, read from the model's name; relays' spellings included. */
export type ModelTraits = {
  /** Output limit that is sent where the caller gives none: the API requires one. */
  readonly defaultMaxTokens: number;
  /** BUDGET: a number of tokens. ADAPTIVE: on or off, steered by an effort. */
  readonly thinking: 'NONE' | 'BUDGET' | 'ADAPTIVE';
  /** JSON schemas for the answer, and strict tools. */
  readonly supportsSchemas: boolean;
  /** Temperature, top-p and top-k are rejected altogether. */
  readonly rejectsSampling: boolean;
  /** Temperature and top-p may not come together. */
  readonly rejectsTemperatureWithTopP: boolean;
};

/** Version as a number that sorts: 3.5 is 305. Names without one count as the newest that takes a thinking budget. */
const versionOf = (model: string): number => {
  const match = /claude[a-z-]*?-?(\d+)(?:[-.](\d{1,2})(?!\d))?(?!\d)/.exec(model.toLowerCase());
  return match ? Number(match[1]) * 100 + Number(match[2] ?? 0) : 405;
};

export const modelTraits = (model: string): ModelTraits => {
  const version = versionOf(model);
  return {
    defaultMaxTokens: version < 305 ? 4_096 : version < 307 ? 8_192 : 32_000,
    thinking: version < 307 ? 'NONE' : version < 406 ? 'BUDGET' : 'ADAPTIVE',
    supportsSchemas: version >= 405 || /opus-4[-.]1/.test(model),
    rejectsSampling: version >= 407,
    rejectsTemperatureWithTopP: version >= 401,
  };
};
