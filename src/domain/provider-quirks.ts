import type { ReasoningEffort, RequestParameter } from './completion-request.ts';

/**
 * In what a server that speaks OpenAI's chat completions differs from the usual, as an operator states it for a relay:
 * what each name takes, and what it says. The first of several words is the default unless the text says otherwise.
 */
export const PROVIDER_QUIRKS = {
  toolCallIds: {
    words: ['any', 'max-40', 'max-64', 'word-64', 'alphanumeric-9'],
    says: 'Which ids of tool calls are taken; others are written anew. `word-64`: letters, digits, `_` and `-`. Default: as the maker of the model takes them, else `max-40`.',
  },
  reasoningRequest: {
    words: ['reasoning_effort', 'reasoning', 'none'],
    says: "Where an effort goes; `reasoning` is OpenRouter's object.",
  },
  reasoningEfforts: {
    efforts: true,
    says: "The server's words for efforts (`none`, `minimal`, `low`, `medium`, `high`, `max`); for one that is missing the nearest is sent. Default: the same words, but `max` is `xhigh`.",
  },
  thinkingSwitch: {
    words: [
      'none',
      'thinking',
      'thinking-adaptive',
      'enable_thinking',
      'chat_template_kwargs',
      'reasoning.enabled',
    ],
    says: 'The field that turns thinking on and off: `thinking: {type: enabled | disabled}` (`adaptive` for on), `enable_thinking`, the same in `chat_template_kwargs`, or `reasoning: {enabled}`.',
  },
  thinkingSwitchFor: { words: ['both', 'on', 'off'], says: 'What the switch is used for.' },
  thinkingBudget: {
    words: ['none', 'thinking_budget'],
    says: 'Where the most tokens of thinking go.',
  },
  reasoningHistory: {
    words: ['none', 'reasoning_content', 'reasoning_details'],
    says: 'Under which name reasoning of earlier turns goes back.',
  },
  supportsToolCallSignatures: {
    flag: false,
    says: "Signatures of tool calls go back in `extra_content`, as Gemini's endpoint wants them.",
  },
  maxTokensField: {
    words: ['max_tokens', 'max_completion_tokens'],
    says: 'Where the limit of output tokens goes.',
  },
  supportsStreamOptions: { flag: true, says: '`stream_options.include_usage` is sent.' },
  supportsMetadata: { flag: false, says: '`metadata` is sent.' },
  supportsTopK: {
    flag: false,
    says: '`top_k` is taken. Not stated: it is sent where a client of the format does, and not for others.',
  },
  seedField: { words: ['seed', 'random_seed'], says: 'Where the seed goes.' },
  structuredOutput: {
    words: ['json_schema', 'json_object', 'prompt'],
    says: 'What the server enforces of structured output; the rest is stated in the prompt.',
  },
  promptCaching: {
    words: ['none', 'automatic', 'markers'],
    says: 'What becomes of marks for the prompt cache; `markers`: they are sent as `cache_control`.',
  },
  logprobsRequest: { words: ['flag', 'number'], says: 'How log probabilities are asked for.' },
  files: { words: ['none', 'data', 'data-and-url'], says: 'Which files are taken.' },
  supportsAudio: { flag: true, says: 'WAV and MP3 are taken as input.' },
  supportsDeveloperRole: { flag: false, says: 'The role `developer` is known; else it is `system`.' },
  supportsCustomTools: {
    flag: false,
    says: 'Tools that take free text (`custom`) are known; else they go as functions with one string.',
  },
  takesMediaInResults: { flag: true, says: 'Results of tools may hold images and files.' },
  needsAnswerAfterResults: {
    flag: false,
    says: 'After results of tools the assistant has to speak before the user does: a short message of it is put between them. Models of Mistral want it unless it is stated.',
  },
  takesUnknownMessageFields: {
    flag: true,
    says: 'Messages may have fields that are not known, such as earlier reasoning; else these are left out.',
  },
  assistantPrefill: {
    words: ['plain', 'prefix', 'partial', 'refused'],
    says: 'What becomes of a last message of the assistant: sent as it is, marked with a field of the name, or followed by a user message that asks to go on from it. Default: `refused` for the models of Claude that refuse it.',
  },
  supportsChoices: { flag: true, says: '`n` above 1 is taken; else each choice is a call of its own.' },
  omitsFinishReason: {
    flag: false,
    says: 'Answers that are whole do not say why they stopped; else one that does not is taken for cut off.',
  },
  unsupported: {
    parameters: true,
    says: 'What is refused: it is left out with a warning.',
  },
  withoutEffect: {
    parameters: true,
    says: 'What is taken and changes nothing: it stays, and a warning says so.',
  },
} as const;

type Quirk = (typeof PROVIDER_QUIRKS)[keyof typeof PROVIDER_QUIRKS];
type ValueOf<Each extends Quirk> = Each extends { readonly words: readonly (infer Word)[] }
  ? Word
  : Each extends { readonly flag: boolean }
    ? boolean
    : Each extends { readonly efforts: true }
      ? { readonly [Effort in ReasoningEffort]?: string }
      : readonly RequestParameter[];

/** What an operator says of a relay; absent: as is usual. */
export type ProviderQuirks = {
  readonly [Name in keyof typeof PROVIDER_QUIRKS]?: ValueOf<(typeof PROVIDER_QUIRKS)[Name]>;
};
