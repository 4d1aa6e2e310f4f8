/** How a Gemini model is told how much to think, read from its name. */
export type ModelTraits = {
  /** BUDGET: a number of tokens. LEVEL: a word. NONE: it does not reason. */
  readonly thinking: 'NONE' | 'BUDGET' | 'LEVEL';
  /** Pro models always think. */
  readonly canTurnThinkingOff: boolean;
  /** Largest `thinkingBudget`. */
  readonly maxBudget: number;
  /** Whether there is a level `minimal`. */
  readonly hasMinimalLevel: boolean;
  /** Open models that know neither system messages nor tools nor a JSON mode. */
  readonly isPlain: boolean;
  /** Tools and a JSON answer in one request. */
  readonly combinesToolsWithJson: boolean;
  /** Media by address, on the Gemini API. */
  readonly readsAddresses: boolean;
  /** A turn whose first tool call is without a signature is refused. */
  readonly signsCalls: boolean;
  /**
   * Images and files in the result of a tool itself.
   * https://ai.google.dev/gemini-api/docs/function-calling (2026-11-30)
   */
  readonly takesMediaInResults: boolean;
  /** Penalties are rejected, on the Gemini API. */
  readonly rejectsPenalties: boolean;
};

export const modelTraits = (model: string): ModelTraits => {
  const match = /gemini-(\d+)(?:\.(\d+))?/.exec(model);
  const isGemini = model.includes('gemini');
  // Names without a number, such as gemini-flash-latest, mean the newest.
  const version = match ? Number(match[1]) * 100 + Number(match[2] ?? 0) : isGemini ? 300 : 0;
  const isPro = model.includes('pro');
  const thinking = version >= 300 ? 'LEVEL' : version >= 205 ? 'BUDGET' : 'NONE';
  return {
    thinking,
    canTurnThinkingOff: thinking === 'BUDGET' && !isPro,
    maxBudget: isPro ? 32_768 : 24_576,
    hasMinimalLevel: !isPro,
    isPlain: /gemma-[123](?!\d)/.test(model),
    combinesToolsWithJson: version >= 300,
    readsAddresses: version >= 205,
    signsCalls: version >= 300,
    takesMediaInResults: version >= 300,
    rejectsPenalties: version >= 205 && version < 300,
  };
};
