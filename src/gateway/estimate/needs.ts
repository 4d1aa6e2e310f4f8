import type { CompletionRequest } from '../../domain/completion-request.ts';
import type { Capability, Offering } from '../../domain/model.ts';
import type { Modality } from '../../domain/price.ts';

/** What a request asks of whoever answers it. */
export type Needs = {
  readonly capabilities: readonly Capability[];
  readonly inputModalities: readonly Modality[];
  /** Prompt and answer together. */
  readonly tokens: number;
};

const CAPABILITIES = ['TOOLS', 'STRUCTURED_OUTPUT', 'REASONING'] as const satisfies readonly Capability[];
const MODALITIES = ['IMAGE', 'AUDIO', 'DOCUMENT'] as const satisfies readonly Modality[];
const [TOOLS, STRUCTURED_OUTPUT, REASONING] = [1, 2, 4];
const BIT_OF_PART = { text: 0, image: 8, audio: 16, file: 32 } as const;

/** What a request asks, as one number; see `needsAt`. */
export const demandsOf = (request: CompletionRequest): number => {
  let demands = demandsBesidesMessages(request);
  for (const message of request.messages)
    if (message.role === 'user') for (const { type } of message.parts) demands |= BIT_OF_PART[type];
  return demands;
};

/** The same of all but its messages. */
export const demandsBesidesMessages = ({
  tools,
  output,
  reasoningEffort,
}: Omit<CompletionRequest, 'messages'>): number => {
  let demands = tools.length > 0 ? TOOLS : 0;
  if (output?.kind === 'jsonSchema') demands |= STRUCTURED_OUTPUT;
  if (reasoningEffort !== undefined && reasoningEffort !== 'none') demands |= REASONING;
  return demands;
};

export const withoutReasoning = (demands: number): number => demands & ~REASONING;

/** The same in words. */
export const needsAt = (demands: number, tokens: number): Needs => ({
  capabilities: CAPABILITIES.filter((_each, place) => (demands >> place) & 1),
  inputModalities: MODALITIES.filter((_each, place) => (demands >> (3 + place)) & 1),
  tokens,
});

/** YES and NO as sources state it; UNKNOWN where none does for something that is needed: nothing is guessed. */
export type Fitness =
  | { readonly kind: 'YES' }
  | { readonly kind: 'NO' }
  | { readonly kind: 'UNKNOWN'; readonly of: readonly string[] };

const OTHER_WORK: readonly Capability[] = [
  'EMBEDDING',
  'RERANK',
  'MODERATION',
  'IMAGE_GENERATION',
  'VIDEO_GENERATION',
  'SPEECH',
  'TRANSCRIPTION',
  'OCR',
];

/** There are sources that know of texts and images alone; the others list these where a model takes them. */
const NOT_ALWAYS_TOLD: readonly Modality[] = ['AUDIO', 'VIDEO', 'DOCUMENT'];

/** Whether an offering takes a kind of input: texts and images in its list say nothing of sounds and documents. */
export const takes = (
  { inputModalities: listed }: Pick<Offering, 'inputModalities'>,
  modality: Modality,
): Fitness['kind'] => {
  if (listed === undefined) return 'UNKNOWN';
  if (listed.includes(modality)) return 'YES';
  const isTold =
    !NOT_ALWAYS_TOLD.includes(modality) ||
    !listed.includes('IMAGE') ||
    listed.some((each) => NOT_ALWAYS_TOLD.includes(each));
  return isTold ? 'NO' : 'UNKNOWN';
};

/** Whether an offering can do what is needed. */
export const fitnessOf = (offering: Offering, { capabilities, inputModalities, tokens }: Needs): Fitness => {
  const { limits, lacks } = offering;
  const completes = offering.capabilities.includes('COMPLETION');
  const isForOtherWork = !completes && offering.capabilities.some((each) => OTHER_WORK.includes(each));
  const givesText = offering.outputModalities?.includes('TEXT') ?? true;
  if (isForOtherWork || !givesText || lacks.includes('COMPLETION')) return { kind: 'NO' };
  if (limits.contextWindow !== undefined && limits.contextWindow < tokens) return { kind: 'NO' };
  if (capabilities.some((each) => lacks.includes(each))) return { kind: 'NO' };
  if (inputModalities.some((each) => takes(offering, each) === 'NO')) return { kind: 'NO' };
  const unknown: readonly string[] = [
    ...capabilities.filter((each) => !offering.capabilities.includes(each)),
    ...inputModalities.filter((each) => takes(offering, each) === 'UNKNOWN').map((each) => `${each} input`),
    ...(limits.contextWindow === undefined ? ['context window'] : []),
  ];
  return unknown.length === 0 ? { kind: 'YES' } : { kind: 'UNKNOWN', of: unknown };
};
