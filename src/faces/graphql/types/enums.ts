import type { AttemptCause, RejectionReason } from '../../../domain/attempt.ts';
import type { FailureCode } from '../../../domain/failure.ts';
import type { UnknownModels } from '../../../domain/provider.ts';
import type { RateLimitKind } from '../../../domain/rate-limit.ts';
import { builder } from '../builder.ts';
import { FILTER_REASON_VALUES } from './filter-enums.ts';

export const ProviderKindEnum = builder.enumType('ProviderKind', {
  description: 'What sort of company or server a provider is.',
  values: {
    LAB: { description: 'Trains the models it serves.' },
    CLOUD: { description: "Serves others' models in its cloud." },
    HOST: { description: 'Serves open models.' },
    AGGREGATOR: { description: 'Passes calls on to many providers.' },
    RELAY: { description: "Resells labs' APIs, often in another region." },
    LOCAL: { description: 'Runs on your own machine.' },
    SANDBOX: { description: 'Part of this server, to try operations with.' },
  },
});

export const BillingEnum = builder.enumType('Billing', {
  description: 'How an offering is charged for.',
  values: {
    METERED: { description: 'By its price rows.' },
    FREE: { description: 'The provider charges nothing.' },
    PLAN: { description: 'Covered by a subscription, of which no single request has a price.' },
    COMMITMENT: { description: 'Only capacity that is bought ahead has a price.' },
    UNKNOWN: { description: 'No source states a price. Not the same as free.' },
  },
});

export const ModelJoinEnum = builder.enumType('ModelJoin', {
  description: 'How it is known which model an offering serves.',
  values: {
    EXPLICIT: { description: 'A source or the configuration says so.' },
    HF_ID: { description: 'Sources name the same repository at Hugging Face.' },
    ALIAS: { description: "The lab's own alias rules say so." },
    HEURISTIC: { description: 'The normalised names agree; may be wrong.' },
    UNJOINED: { description: 'Not known; the offering is the only one of its model.' },
  },
});

export const MeterFamilyEnum = builder.enumType('MeterFamily', {
  description: 'What is counted.',
  values: {
    TOKENS: { description: 'Tokens, as the provider counts them.' },
    CHARACTERS: { description: 'Characters of text.' },
    SECONDS: { description: 'Seconds of audio or video.' },
    IMAGES: { description: 'Images.' },
    PIXELS: { description: 'Pixels of images.' },
    PAGES: { description: 'Pages of documents.' },
    REQUESTS: { description: 'Requests, or units of search.' },
    TOOL_CALLS: { description: "Calls of the provider's own tools, e.g. its web search." },
    TOKEN_HOURS: { description: 'Tokens kept in a prompt cache, times hours.' },
  },
});

export const MeterDirectionEnum = builder.enumType('MeterDirection', {
  description: 'Whether what is sent or what is answered is counted.',
  values: {
    INPUT: { description: 'What is sent.' },
    OUTPUT: { description: 'What is answered.' },
    NONE: { description: 'Neither: the request as such.' },
  },
});

export const ModalityEnum = builder.enumType('Modality', {
  description: 'Kind of content that is counted.',
  values: {
    TEXT: { description: 'Text.' },
    AUDIO: { description: 'Sound.' },
    IMAGE: { description: 'Images.' },
    VIDEO: { description: 'Films.' },
    DOCUMENT: { description: 'Documents such as PDF.' },
    NONE: { description: 'None in particular.' },
  },
});

export const TokenTypeEnum = builder.enumType('TokenType', {
  description: 'Kind of tokens within a direction and modality.',
  values: {
    PLAIN: { description: 'Neither cached nor cache-writing.' },
    CACHE_READ: { description: "Read from the provider's prompt cache." },
    CACHE_WRITE_5M: {
      description: 'Written to a prompt cache that lives 5 minutes, or for a time not stated.',
    },
    CACHE_WRITE_1H: { description: 'Written to a prompt cache that lives one hour.' },
    REASONING: { description: 'Hidden reasoning; billed as PLAIN output unless it has a separate rate.' },
    CITATION: { description: 'Quoted from what was searched.' },
  },
});

export const TierModeEnum = builder.enumType('TierMode', {
  description: 'How a tier of prompt size applies.',
  values: {
    CLIFF: { description: 'The tier that the whole prompt falls in prices every token.' },
    GRADUATED: { description: 'Each token is priced at its own tier.' },
  },
});

export const UnpricedReasonEnum = builder.enumType('UnpricedReason', {
  description: 'Why there is no total.',
  values: {
    NO_PRICE: { description: 'No source states a price for the offering.' },
    METER_UNPRICED: { description: 'Something was used for which there is no row.' },
    NO_USAGE: { description: 'The provider did not report what was used.' },
    MIXED_CURRENCIES: { description: 'Attempts were billed in different currencies; see each attempt.' },
    PLAN: { description: 'It is covered by a subscription, of which no single request has a price.' },
    COMMITMENT: { description: 'Only capacity that is bought ahead has a price.' },
    TIER_UNPRICED: { description: 'No row prices the service tier that was used.' },
    NO_FX_RATE: { description: 'No exchange rate to the wanted currency is known.' },
  },
});

export const FinishReasonEnum = builder.enumType('FinishReason', {
  description: "Why the model stopped, in one vocabulary; the provider's own word stands beside it.",
  values: {
    STOP: { description: 'It was done, or met a stop sequence.' },
    LENGTH: { description: 'It met a limit of tokens.' },
    TOOL_CALLS: { description: 'It waits for results of tools.' },
    CONTENT_FILTER: { description: 'A filter of the provider cut it off.' },
    REFUSAL: { description: 'The model declined.' },
    PAUSED: { description: 'The provider paused a long turn; send it back to go on.' },
    UNKNOWN: { description: 'A reason without a counterpart here.' },
  },
});

export const AttemptStatusEnum = builder.enumType('AttemptStatus', {
  description: 'How one attempt ended.',
  values: {
    SUCCEEDED: { description: 'The provider answered whole.' },
    FAILED: { description: 'It did not; `error` says why. One that the client cancelled too.' },
    CANCELLED: { description: 'Another attempt won, and this one was ended.' },
  },
});

export const AttemptCauseEnum = builder.enumType('AttemptCause', {
  description: 'Why an attempt was made.',
  values: {
    FIRST: { description: 'It was the first.' },
    RETRY: { description: 'The one before failed, and the same offering was asked again.' },
    FALLBACK: { description: 'The one before failed, and another offering was asked.' },
    RACE: { description: 'It was sent beside others, to see who is first.' },
    HEDGE: { description: 'The one before was late.' },
    MIRROR: {
      description: "It mirrors another completion, by its route's `mirror`; nobody was shown its answer.",
    },
    ESCALATION: { description: 'The answer of the tier before did not pass the checks of the route.' },
  } satisfies { [Cause in AttemptCause]: { description: string } },
});

export const FailureCodeEnum = builder.enumType('UpstreamErrorCode', {
  description: 'What can go wrong at a provider, or at the proxy before it: a closed set.',
  values: {
    RATE_LIMITED: { description: 'Too many requests or tokens for now; not the same as QUOTA_EXHAUSTED.' },
    QUOTA_EXHAUSTED: { description: "The account's quota, credit or budget is used up." },
    CONTEXT_LENGTH_EXCEEDED: { description: 'The prompt is too long for the model.' },
    CONTENT_FILTERED: { description: 'A filter of the provider stopped the request or its answer.' },
    OVERLOADED: { description: 'The provider has no capacity now.' },
    AUTHENTICATION: { description: 'The provider does not take the key.' },
    PERMISSION: { description: 'The key may not do this.' },
    INVALID_REQUEST: { description: 'The provider rejects the request.' },
    MODEL_NOT_FOUND: { description: 'The provider does not have the model, or not for this account.' },
    SERVER_ERROR: { description: 'The provider failed, could not be reached, or sent nonsense.' },
    TIMEOUT: { description: 'A time limit was reached.' },
    TRUNCATED: { description: 'The answer ended before it was whole.' },
    CANCELLED: { description: 'The client left.' },
    STOPPED: { description: 'This server stopped before the answer was whole: send the request again.' },
    INTERNAL: { description: 'This server broke while it was at work on the request: its log says why.' },
    CHECK_FAILED: {
      description:
        'The provider answered, and the answer did not pass a check of its route: the next tier was asked. Of attempts alone; `failedCheck` says which.',
    },
    UNSUPPORTED: { description: 'The provider cannot do this.' },
    PROXY_REFUSED: {
      description:
        'The proxy between this server and the provider refused the request, for its credentials or its rules. The provider saw nothing of it.',
    },
    PROXY_ERROR: {
      description:
        'The proxy between this server and the provider cannot be reached or failed, or could not reach the provider.',
    },
  } satisfies { [Code in FailureCode]: { description: string } },
});

export const RejectionReasonEnum = builder.enumType('RejectionReason', {
  description: 'Why an offering was not a candidate.',
  values: {
    ...FILTER_REASON_VALUES,
    CONTEXT_TOO_SMALL: {
      description: 'The prompt and its answer do not fit, or its context window is smaller than was asked.',
    },
    MODALITY: { description: 'It is known not to take what the request holds, or not what was asked.' },
    CAPABILITY: { description: 'A source says that it lacks a capability that is needed or was asked for.' },
    NOT_CONFIGURED: { description: 'Its provider is off.' },
    NO_COMPLETIONS: { description: 'It, or its provider, writes no text.' },
    PARAMETER: { description: 'It cannot honour a parameter of the request.' },
    BREAKER_OPEN: { description: 'It failed or was slow recently, and is not called for a while.' },
    RATE_LIMITED: { description: 'Its provider asked not to be called for now.' },
    UNUSABLE: { description: 'It refused this account recently: its key, its quota, or its model.' },
    BUDGET_SPENT: {
      description: 'The budget of the route is spent, and it refuses more until its window is over.',
    },
    ROLLED_BACK: { description: 'It is a canary that was worse than the others of its route.' },
    AT_CAPACITY: { description: 'It has as many calls of this server under way as it takes at once.' },
    CONDITION: { description: "Its rule's condition does not hold for this request." },
    DEFECT: { description: 'Internal error in modelgraph; see its log.' },
  } satisfies { [Reason in RejectionReason]: { description: string } },
});

export const RetryAdviceEnum = builder.enumType('RetryAdvice', {
  description: 'Whether trying again can help.',
  values: {
    HERE: { description: 'The same offering after waiting, or another one.' },
    ELSEWHERE: { description: 'Only another offering.' },
    FINAL: { description: 'Nothing: the request itself is the cause.' },
  },
});

export const UnknownModelsEnum = builder.enumType('UnknownModels', {
  description:
    'What becomes of a request for a model of a provider that neither sources nor the configuration list.',
  values: {
    PASS: {
      description: 'The provider is asked for it under the name given, and the result carries a warning.',
    },
    REFUSE: { description: 'It is refused with UnknownModelError.' },
  } satisfies { [Each in UnknownModels]: { description: string } },
});

export const WarningCodeEnum = builder.enumType('WarningCode', {
  description: 'What a warning is about.',
  values: {
    UNSUPPORTED_PARAMETER: { description: 'A parameter was left out.' },
    ADJUSTED_PARAMETER: { description: 'Something was sent or done otherwise than asked.' },
    PROVIDER_WARNING: { description: 'The provider itself warned.' },
    QUEUED: { description: 'Every candidate was full, and it waited for room.' },
    CHECK_FAILED: {
      description:
        'The answer did not pass a check of its route, and is given all the same, as nothing else could be asked.',
    },
    OFFERING_PASSED_OVER: {
      description:
        'An offering of another provider would have been asked first, but cannot do what was asked for; the message names it and says why.',
    },
    ESTIMATED: {
      description: 'A figure of the result is an estimate, worked out without asking the provider.',
    },
    UNKNOWN_MODEL_PASSED_THROUGH: {
      description:
        'The catalogue does not list the model: its provider was asked for it under the name given. What it costs and can do is unknown.',
    },
  },
});

export const KeyRoleEnum = builder.enumType('KeyRole', {
  description: 'What a key may do.',
  values: {
    ADMIN: { description: 'Everything: makes and revokes keys, reads the whole ledger.' },
    MEMBER: { description: 'Reads the catalogue, asks models, reads its own rows of the ledger.' },
  },
});

export const ServiceTierEnum = builder.enumType('ServiceTier', {
  description: 'How a provider treats a request, and at what price. Not every provider has every tier.',
  values: {
    STANDARD: { description: 'As usual.' },
    BATCH: { description: 'For work that is handed in as a batch: cheaper, and hours later.' },
    FLEX: { description: 'Cheaper, slower, and sometimes refused.' },
    PRIORITY: { description: 'Dearer, and served first.' },
    FAST: { description: 'Dearer, and written faster.' },
  },
});

export const OperationKindEnum = builder.enumType('OperationKind', {
  description: 'What can be asked of a model besides a completion.',
  values: {
    EMBEDDING: { description: 'Vectors of texts: `embed`.' },
    IMAGE_GENERATION: { description: 'Images from words and images: `generateImages`.' },
    SPEECH: { description: 'Audio of a text: `synthesizeSpeech`.' },
    TRANSCRIPTION: { description: 'The text of audio: `transcribe`.' },
    RERANK: { description: 'Documents by relevance: `rerank`.' },
    MODERATION: { description: 'Whether content is harmful: `moderate`.' },
    TOKEN_COUNT: { description: 'The tokens of a prompt: `countTokens`.' },
  },
});

export const OperationStatusEnum = builder.enumType('OperationStatus', {
  description: 'How a completion or another operation ended.',
  values: {
    SUCCEEDED: { description: 'It was done.' },
    FAILED: { description: 'Every attempt failed.' },
    CANCELLED: { description: 'The client left, or this server stopped, before the end.' },
  },
});

export const RateLimitKindEnum = builder.enumType('RateLimitKind', {
  description: 'What a provider counts against a limit.',
  values: {
    REQUESTS: { description: 'Requests.' },
    TOKENS: { description: 'Tokens, input and output together.' },
    INPUT_TOKENS: { description: 'Input tokens.' },
    OUTPUT_TOKENS: { description: 'Output tokens.' },
  } satisfies { [Kind in RateLimitKind]: { description: string } },
});
