import type { CompletionRequest, ReasoningEffort } from '../../domain/completion-request.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { ProviderEvent } from '../../domain/provider-event.ts';
import { adjusted } from '../warnings.ts';
import { type OpenAiQuirks, type ThinkingSwitch, USUAL_EFFORTS } from './quirks.ts';

type Asked = Pick<CompletionRequest, 'reasoningEffort' | 'reasoningMaxTokens'>;

/** Weakest first. */
const LEVELS = ['minimal', 'low', 'medium', 'high', 'max'] as const satisfies readonly ReasoningEffort[];
type Level = (typeof LEVELS)[number];

/** The server's word for a level: its own, else that of the next stronger one, else of the next weaker one. */
const wordFor = (
  level: Level,
  { reasoningEfforts: words = USUAL_EFFORTS }: OpenAiQuirks,
): { readonly word: string; readonly isExact: boolean } | undefined => {
  const at = LEVELS.indexOf(level);
  const nearest = [...LEVELS.slice(at), ...LEVELS.slice(0, at).toReversed()];
  for (const each of nearest) {
    const word = words[each];
    if (word !== undefined) return { word, isExact: each === level };
  }
  return undefined;
};

const switched = (field: ThinkingSwitch, isOn: boolean): JsonObject => {
  switch (field) {
    case 'thinking':
      return { thinking: { type: isOn ? 'enabled' : 'disabled' } };
    case 'thinking-adaptive':
      return { thinking: { type: isOn ? 'adaptive' : 'disabled' } };
    case 'enable_thinking':
      return { enable_thinking: isOn };
    case 'chat_template_kwargs':
      return { chat_template_kwargs: { enable_thinking: isOn } };
    case 'reasoning.enabled':
      return { reasoning: { enabled: isOn } };
    case 'none':
      return {};
  }
};

const canSwitch = (
  { thinkingSwitch = 'none', thinkingSwitchFor = 'both' }: OpenAiQuirks,
  isOn: boolean,
): boolean =>
  thinkingSwitch !== 'none' && (thinkingSwitchFor === 'both' || thinkingSwitchFor === (isOn ? 'on' : 'off'));

const switchTo = (quirks: OpenAiQuirks, isOn: boolean): JsonObject =>
  canSwitch(quirks, isOn) ? switched(quirks.thinkingSwitch ?? 'none', isOn) : {};

const withEffort = ({ reasoningRequest = 'reasoning_effort' }: OpenAiQuirks, word: string): JsonObject => {
  switch (reasoningRequest) {
    case 'reasoning_effort':
      return { reasoning_effort: word };
    case 'reasoning':
      return { reasoning: { effort: word } };
    case 'none':
      return {};
  }
};

/** The server's word for no thinking, among its efforts. */
const noneWord = ({
  reasoningRequest,
  reasoningEfforts = USUAL_EFFORTS,
}: OpenAiQuirks): string | undefined => (reasoningRequest === 'none' ? undefined : reasoningEfforts.none);

const takesBudget = ({ reasoningRequest, thinkingBudget }: OpenAiQuirks): boolean =>
  reasoningRequest === 'reasoning' || thinkingBudget === 'thinking_budget';

const takesLevels = (quirks: OpenAiQuirks): boolean =>
  quirks.reasoningRequest !== 'none' &&
  LEVELS.some((level) => (quirks.reasoningEfforts ?? USUAL_EFFORTS)[level]);

/** Tokens of thinking for a level, where a server takes a number and no levels; the strongest are without a limit. */
const BUDGETS: { readonly [Each in Level]?: number } = { minimal: 1_024, low: 2_048, medium: 8_192 };

/** Why the server cannot be told how much to think; undefined where it can. */
export const effortProblem = (quirks: OpenAiQuirks, effort: ReasoningEffort): string | undefined => {
  if (effort === 'none')
    return canSwitch(quirks, false) || noneWord(quirks) !== undefined
      ? undefined
      : 'thinking cannot be turned off there';
  if (canSwitch(quirks, true) || takesLevels(quirks)) return undefined;
  // Where it can only be turned off, it is on unless it is.
  return canSwitch(quirks, false) ? undefined : "the provider's chat completions have no place for it";
};

export const budgetProblem = (quirks: OpenAiQuirks): string | undefined =>
  takesBudget(quirks) ? undefined : 'the provider takes an effort, not a number';

/** What is said of reasoning in the server's own words, for a request that holds nothing that it cannot be told. */
export const encodeReasoning = (
  { reasoningEffort: effort, reasoningMaxTokens: budget }: Asked,
  quirks: OpenAiQuirks,
): { readonly fields: JsonObject; readonly warnings: readonly ProviderEvent[] } => {
  if (budget !== undefined && takesBudget(quirks)) {
    const limit: JsonObject =
      quirks.reasoningRequest === 'reasoning'
        ? { reasoning: { max_tokens: budget } }
        : { thinking_budget: budget };
    return { fields: { ...switchTo(quirks, true), ...limit }, warnings: [] };
  }
  if (effort === undefined) return { fields: {}, warnings: [] };
  if (effort === 'none') {
    if (canSwitch(quirks, false)) return { fields: switchTo(quirks, false), warnings: [] };
    const word = noneWord(quirks);
    return { fields: word === undefined ? {} : withEffort(quirks, word), warnings: [] };
  }
  if (!takesLevels(quirks)) {
    const tokens = quirks.thinkingBudget === 'thinking_budget' ? BUDGETS[effort] : undefined;
    return {
      fields: { ...switchTo(quirks, true), ...(tokens === undefined ? {} : { thinking_budget: tokens }) },
      warnings: [],
    };
  }
  const found = wordFor(effort, quirks);
  if (found === undefined) return { fields: switchTo(quirks, true), warnings: [] };
  return {
    fields: { ...switchTo(quirks, true), ...withEffort(quirks, found.word) },
    warnings: found.isExact
      ? []
      : [adjusted('reasoningEffort', `The nearest effort that the provider takes is ${found.word}.`)],
  };
};
