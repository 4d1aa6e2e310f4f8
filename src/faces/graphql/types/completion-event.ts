import type { CompletionContent } from '../../../domain/completion-content.ts';
import type { CompletionEvent } from '../../../domain/completion-event.ts';
import { builder } from '../builder.ts';
import {
  AmbiguousModelError,
  completionErrorData,
  ForbiddenError,
  InvalidInputError,
  NoCandidateError,
  NoProviderConfiguredError,
  UnavailableError,
  UnknownModelError,
  UnknownRouteError,
  UnsupportedOperationError,
  UnsupportedParameterError,
  UpstreamError,
} from '../errors.ts';
import { AttemptRef, CompletionRef, OfferingRef, RouteRef, UsageRef } from '../refs.ts';
import { AttemptCauseEnum, FinishReasonEnum } from './enums.ts';
import { TokenLogprobRef } from './token-logprob.ts';
import { CostUnion } from './usage-and-cost.ts';

/** The last event of a stream also knows what was said. */
type WithContent<Event> = Event & { readonly content: CompletionContent };
type EventOf<Type extends CompletionEvent['type']> = Extract<CompletionEvent, { type: Type }>;
export type CompletionEventView =
  | Exclude<CompletionEvent, { type: 'finished' | 'verbatim' }>
  | WithContent<EventOf<'finished'>>;

/** Everything that can keep a completion from an answer. */
const COMPLETION_ERRORS = [
  UnknownModelError,
  AmbiguousModelError,
  NoProviderConfiguredError,
  UnknownRouteError,
  NoCandidateError,
  InvalidInputError,
  UnsupportedParameterError,
  UnsupportedOperationError,
  UnavailableError,
  ForbiddenError,
  UpstreamError,
] as const;

/** A field gives its result or one of them; `name` is of the union of both. */
export const orCompletionErrors = (name: string, description: string) => ({
  types: [...COMPLETION_ERRORS],
  union: { name, description },
});

const CompletionErrorUnion = builder.unionType('CompletionError', {
  description: 'Why there is no answer.',
  types: [...COMPLETION_ERRORS],
});

const StartedRef = builder.objectRef<EventOf<'started'>>('CompletionStarted').implement({
  description: 'First event: the request is accepted.',
  fields: (t) => ({
    completionId: t.exposeID('id', { description: 'Id of the completion.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the request arrived.' }),
    route: t.expose('route', { type: RouteRef, description: 'Where it will be sent.' }),
  }),
});

const AttemptStartedRef = builder.objectRef<EventOf<'attemptStarted'>>('AttemptStarted').implement({
  description: 'A call to an offering is sent.',
  fields: (t) => ({
    index: t.exposeInt('index', { description: 'Counts from 0.' }),
    offeringId: t.exposeID('offeringId', { description: 'The offering that is called.' }),
    offering: t.field({
      type: OfferingRef,
      nullable: true,
      description: 'The offering.',
      resolve: (event) => event.offeringId,
    }),
    startedAt: t.expose('startedAt', { type: 'DateTime', description: 'When it was sent.' }),
    cause: t.expose('cause', { type: AttemptCauseEnum, description: 'Why it was made.' }),
  }),
});

const AttemptFailedRef = builder.objectRef<EventOf<'attemptFailed'>>('AttemptFailed').implement({
  description: 'A call failed.',
  fields: (t) => ({
    attempt: t.expose('attempt', { type: AttemptRef, description: 'What was called and why it failed.' }),
    willRetry: t.exposeBoolean('willRetry', {
      description: 'Whether another attempt follows or is under way; then the answer so far is void.',
    }),
  }),
});

const AttemptCancelledRef = builder.objectRef<EventOf<'attemptCancelled'>>('AttemptCancelled').implement({
  description: 'A call was ended because another one won.',
  fields: (t) => ({
    attempt: t.expose('attempt', { type: AttemptRef, description: 'What was called, and what it cost.' }),
  }),
});

const TextDeltaRef = builder.objectRef<EventOf<'textDelta'>>('TextDelta').implement({
  description: 'More text.',
  fields: (t) => ({
    text: t.exposeString('text', { description: 'To be appended; empty if only `logprobs` come.' }),
    logprobs: t.field({
      type: [TokenLogprobRef],
      nullable: true,
      description: 'Log probabilities of the tokens of this text; null if none were asked for or given.',
      resolve: (event) => (event.logprobs === undefined ? null : [...event.logprobs]),
    }),
  }),
});

const ReasoningDeltaRef = builder.objectRef<EventOf<'reasoningDelta'>>('ReasoningDelta').implement({
  description: 'More reasoning.',
  fields: (t) => ({
    text: t.exposeString('text', { description: 'To be appended; may be empty.' }),
    signature: t.string({
      nullable: true,
      description: "Closes the block: the provider's proof, to be given back with it.",
      resolve: (event) => event.signature,
    }),
    redacted: t.boolean({
      description: 'Whether `signature` is the whole, encrypted block.',
      resolve: (event) => event.redacted ?? false,
    }),
  }),
});

const ToolCallStartedRef = builder.objectRef<EventOf<'toolCallStarted'>>('ToolCallStarted').implement({
  description: 'The model begins to write a call of a tool.',
  fields: (t) => ({
    index: t.exposeInt('index', { description: 'Which call: parallel ones interleave.' }),
    toolCallId: t.exposeID('id', { description: 'Id for the tool message that answers it.' }),
    name: t.exposeString('name', { description: "The tool's name." }),
  }),
});

const ToolCallDeltaRef = builder.objectRef<EventOf<'toolCallDelta'>>('ToolCallDelta').implement({
  description: 'More of the arguments.',
  fields: (t) => ({
    index: t.exposeInt('index', { description: 'Which call.' }),
    argumentsDelta: t.exposeString('argumentsDelta', { description: 'JSON text, to be appended.' }),
  }),
});

const ToolCallEndedRef = builder.objectRef<EventOf<'toolCallEnded'>>('ToolCallEnded').implement({
  description: 'A call is complete.',
  fields: (t) => ({
    index: t.exposeInt('index', { description: 'Which call.' }),
    toolCallId: t.exposeID('id', { description: 'Id for the tool message that answers it.' }),
    name: t.exposeString('name', { description: "The tool's name." }),
    arguments: t.exposeString('arguments', {
      description: 'All of the arguments: JSON text, to be checked.',
    }),
    signature: t.string({
      nullable: true,
      description: "The provider's proof of the call; give it back with it.",
      resolve: (event) => event.signature,
    }),
  }),
});

const SourceCitedRef = builder.objectRef<EventOf<'source'>>('SourceCited').implement({
  description: 'The answer cites a source.',
  fields: (t) => ({
    url: t.string({
      nullable: true,
      description: 'Its address, as the provider gave it; null if it is a document of the prompt.',
      resolve: (event) => event.url,
    }),
    title: t.string({ nullable: true, description: 'Its title.', resolve: (event) => event.title }),
    citedText: t.string({
      nullable: true,
      description: 'The words of the source that are cited, as the provider gave them.',
      resolve: (event) => event.citedText,
    }),
    documentIndex: t.int({
      nullable: true,
      description: "Which of the prompt's documents it is, counted from 0; null if it is not one of them.",
      resolve: (event) => event.documentIndex,
    }),
  }),
});

const RefusalDeltaRef = builder.objectRef<EventOf<'refusalDelta'>>('RefusalDelta').implement({
  description: 'More of why the model declines.',
  fields: (t) => ({ text: t.exposeString('text', { description: 'To be appended.' }) }),
});

const UsageUpdatedRef = builder.objectRef<EventOf<'usageUpdated'>>('UsageUpdated').implement({
  description: 'Usage of the running attempt, as the provider reports it.',
  fields: (t) => ({
    usageSoFar: t.expose('usage', {
      type: UsageRef,
      description: 'Replaces the previous value; never add them.',
    }),
  }),
});

const FinishedRef = builder.objectRef<WithContent<EventOf<'finished'>>>('CompletionFinished').implement({
  description: 'Last event of a stream that succeeded.',
  fields: (t) => ({
    finishReason: t.field({
      type: FinishReasonEnum,
      description: 'Why the model stopped.',
      resolve: ({ record }) => record.finishReason ?? 'UNKNOWN',
    }),
    usage: t.field({
      type: UsageRef,
      nullable: true,
      description:
        'What the attempt that answered used, else the last that failed; null if its provider did not report it.',
      resolve: ({ record }) => record.usage,
    }),
    cost: t.field({ type: CostUnion, description: 'What it cost.', resolve: ({ record }) => record.cost }),
    completion: t.field({
      type: CompletionRef,
      description: 'The whole result: text, attempts, timings, warnings.',
      resolve: ({ record, content }) => ({ record, content }),
    }),
  }),
});

const FailedRef = builder.objectRef<EventOf<'failed'>>('CompletionFailed').implement({
  description:
    'Last event of a stream that failed or was refused. The events before it are not a whole answer.',
  fields: (t) => ({
    error: t.field({
      type: CompletionErrorUnion,
      description: 'Why.',
      resolve: ({ error, record }) => completionErrorData(error, record),
    }),
    failedCompletion: t.field({
      type: CompletionRef,
      nullable: true,
      description:
        'What was tried, used and billed all the same; null if it was refused and nothing was sent.',
      resolve: ({ record }) => (record === undefined ? null : { record }),
    }),
  }),
});

export const CompletionEventUnion = builder.unionType('CompletionEvent', {
  description:
    'What happens during a completion, in order. A stream ends in exactly one CompletionFinished or CompletionFailed.',
  types: [
    StartedRef,
    AttemptStartedRef,
    AttemptFailedRef,
    AttemptCancelledRef,
    TextDeltaRef,
    ReasoningDeltaRef,
    ToolCallStartedRef,
    ToolCallDeltaRef,
    ToolCallEndedRef,
    SourceCitedRef,
    RefusalDeltaRef,
    UsageUpdatedRef,
    FinishedRef,
    FailedRef,
  ],
  resolveType: (event) => {
    switch (event.type) {
      case 'started':
        return StartedRef;
      case 'attemptStarted':
        return AttemptStartedRef;
      case 'attemptFailed':
        return AttemptFailedRef;
      case 'attemptCancelled':
        return AttemptCancelledRef;
      case 'textDelta':
        return TextDeltaRef;
      case 'reasoningDelta':
        return ReasoningDeltaRef;
      case 'toolCallStarted':
        return ToolCallStartedRef;
      case 'toolCallDelta':
        return ToolCallDeltaRef;
      case 'toolCallEnded':
        return ToolCallEndedRef;
      case 'source':
        return SourceCitedRef;
      case 'refusalDelta':
        return RefusalDeltaRef;
      case 'usageUpdated':
        return UsageUpdatedRef;
      case 'finished':
        return FinishedRef;
      case 'failed':
        return FailedRef;
    }
  },
});
