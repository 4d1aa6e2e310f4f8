import type { Rejection } from '../../../domain/attempt.ts';
import { builder } from '../builder.ts';
import {
  AmbiguousModelError,
  ForbiddenError,
  InvalidInputError,
  isRefusal,
  isUpstreamError,
  KeyNotFoundError,
  NoCandidateError,
  NoProviderConfiguredError,
  UnavailableError,
  UnknownModelError,
  UnknownRouteError,
  UnsupportedOperationError,
  UnsupportedParameterError,
  UpstreamError,
} from '../errors.ts';
import { AttemptRef, OfferingRef, OperationRef, WarningRef } from '../refs.ts';
import { FailureCodeEnum, RejectionReasonEnum, RetryAdviceEnum } from './enums.ts';

/** Every expected failure has a stable code and a message that says what happened, to what, and what to do. */
const ErrorInterface = builder.interfaceRef<{ readonly message: string }>('Error').implement({
  description:
    'An expected failure. It is told in `extensions.errors` of the answer too, whatever is selected of it.',
  fields: (t) => ({
    message: t.exposeString('message', { description: 'What happened, to what, and what to do next.' }),
  }),
});

const NamedReasonRef = builder
  .objectRef<{ readonly id: string; readonly reason: string }>('ProviderOff')
  .implement({
    description: 'A provider that could serve the model but is off.',
    fields: (t) => ({
      providerId: t.id({ description: 'Which provider.', resolve: ({ id }) => id }),
      reason: t.exposeString('reason', { description: 'What is missing and what to do.' }),
    }),
  });

const UnsupportedRef = builder
  .objectRef<{ readonly name: string; readonly problem: string }>('UnsupportedParameter')
  .implement({
    description: 'A parameter that an offering cannot honour.',
    fields: (t) => ({
      name: t.exposeString('name', { description: 'Its name in the input.' }),
      problem: t.exposeString('problem', { description: 'Why not.' }),
    }),
  });

builder.objectType(UnknownModelError, {
  name: 'UnknownModelError',
  isTypeOf: isRefusal('UNKNOWN_MODEL'),
  description: 'Nothing has that name.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    name: t.string({ description: 'The name, as given.', resolve: ({ detail }) => detail.name }),
    suggestions: t.stringList({
      description: 'The nearest names, best first.',
      resolve: ({ detail }) => [...detail.suggestions],
    }),
  }),
});

builder.objectType(AmbiguousModelError, {
  name: 'AmbiguousModelError',
  isTypeOf: isRefusal('AMBIGUOUS_MODEL'),
  description: 'The name fits several models.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    name: t.string({ description: 'The name, as given.', resolve: ({ detail }) => detail.name }),
    candidates: t.stringList({
      description: 'The slugs it fits; use one of them.',
      resolve: ({ detail }) => [...detail.candidates],
    }),
  }),
});

builder.objectType(NoProviderConfiguredError, {
  name: 'NoProviderConfiguredError',
  isTypeOf: isRefusal('NO_PROVIDER_CONFIGURED'),
  description: 'The model is known, but no provider that serves it is on.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    slug: t.string({ description: 'The model.', resolve: ({ detail }) => detail.modelSlug }),
    providers: t.field({
      type: [NamedReasonRef],
      description: 'Who serves it, and what turns each on.',
      resolve: ({ detail }) => [...detail.providers],
    }),
  }),
});

export const RejectionRef = builder.objectRef<Rejection>('RejectedOffering').implement({
  description: 'An offering that a route would use, and may not now.',
  fields: (t) => ({
    offeringId: t.exposeID('offeringId', { description: 'Id of the offering.' }),
    offering: t.field({
      type: OfferingRef,
      nullable: true,
      description: 'The offering; null if the catalogue has none of that id.',
      resolve: ({ offeringId }) => offeringId,
    }),
    reason: t.expose('reason', { type: RejectionReasonEnum, description: 'Why.' }),
    detail: t.exposeString('detail', { description: 'What was found and what was asked, for a person.' }),
    retryAfterMs: t.float({
      nullable: true,
      description: 'Milliseconds after which it may be another matter; null if time alone changes nothing.',
      resolve: ({ retryAfterMs }) => retryAfterMs,
    }),
  }),
});

builder.objectType(UnknownRouteError, {
  name: 'UnknownRouteError',
  isTypeOf: isRefusal('UNKNOWN_ROUTE'),
  description: 'No saved route has that name.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    routeName: t.string({ description: 'The name, as given.', resolve: ({ detail }) => detail.name }),
    suggestions: t.stringList({
      description: 'The nearest names, best first.',
      resolve: ({ detail }) => [...detail.suggestions],
    }),
  }),
});

builder.objectType(NoCandidateError, {
  name: 'NoCandidateError',
  isTypeOf: isRefusal('NO_CANDIDATE'),
  description: 'Every offering that could be used is rejected, each for its reason.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    requested: t.string({
      description: 'The route or model, as given.',
      resolve: ({ detail }) => detail.name,
    }),
    rejections: t.field({
      type: [RejectionRef],
      description: 'Each with its reason.',
      resolve: ({ detail }) => [...detail.rejections],
    }),
    retryAfterMs: t.float({
      nullable: true,
      description: 'Milliseconds after which one of them may be back; null if time alone changes nothing.',
      resolve: ({ detail }) => detail.retryAfterMs,
    }),
  }),
});

builder.objectType(InvalidInputError, {
  name: 'InvalidInputError',
  isTypeOf: isRefusal('INVALID_INPUT'),
  description: 'The input has the right types but is invalid.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    path: t.string({ description: 'Where in the arguments.', resolve: ({ detail }) => detail.path }),
    problem: t.string({ description: 'What is wrong there.', resolve: ({ detail }) => detail.problem }),
  }),
});

builder.objectType(UnsupportedParameterError, {
  name: 'UnsupportedParameterError',
  isTypeOf: isRefusal('UNSUPPORTED_PARAMETER'),
  description: 'No candidate can honour every parameter. `unsupported: WARN` leaves them out instead.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    offeringId: t.id({ description: 'The first candidate.', resolve: ({ detail }) => detail.offeringId }),
    parameters: t.field({
      type: [UnsupportedRef],
      description: 'What it cannot honour.',
      resolve: ({ detail }) => [...detail.parameters],
    }),
  }),
});

builder.objectType(UnsupportedOperationError, {
  name: 'UnsupportedOperationError',
  isTypeOf: isRefusal('UNSUPPORTED_OPERATION'),
  description: 'No provider that is on and serves the model does this with it.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    model: t.string({ description: 'The name, as given.', resolve: ({ detail }) => detail.name }),
  }),
});

builder.objectType(UnavailableError, {
  name: 'UnavailableError',
  isTypeOf: isRefusal('UNAVAILABLE'),
  description: 'This server cannot take the work now.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    retryAfterMs: t.float({
      nullable: true,
      description: 'Milliseconds after which to try again.',
      resolve: ({ detail }) => detail.retryAfterMs,
    }),
  }),
});

builder.objectType(KeyNotFoundError, {
  name: 'KeyNotFoundError',
  isTypeOf: isRefusal('KEY_NOT_FOUND'),
  description: 'There is no such key.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    keyId: t.id({ description: 'The id, as given.', resolve: ({ detail }) => detail.id }),
  }),
});

builder.objectType(ForbiddenError, {
  name: 'ForbiddenError',
  isTypeOf: isRefusal('FORBIDDEN'),
  description: 'The key may not do this.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    problem: t.string({ description: 'Why not.', resolve: ({ detail }) => detail.problem }),
  }),
});

builder.objectType(UpstreamError, {
  name: 'UpstreamError',
  isTypeOf: isUpstreamError,
  interfaces: [ErrorInterface],
  description: 'A provider failed.',
  fields: (t) => ({
    code: t.field({
      type: FailureCodeEnum,
      description: 'What went wrong, in one vocabulary.',
      resolve: ({ detail }) => detail.code,
    }),
    retry: t.field({
      type: RetryAdviceEnum,
      description: 'Whether trying again can help.',
      resolve: ({ detail }) => detail.retry,
    }),
    retryAfterMs: t.float({
      nullable: true,
      description: 'Milliseconds that the provider asks to wait; null if it does not say.',
      resolve: ({ detail }) => detail.retryAfterMs,
    }),
    offeringId: t.id({ description: 'Where it failed.', resolve: ({ detail }) => detail.offeringId }),
    providerId: t.id({ description: 'Whose failure it is.', resolve: ({ detail }) => detail.providerId }),
    httpStatus: t.int({
      nullable: true,
      description: "The provider's HTTP status, where it answered.",
      resolve: ({ detail }) => detail.status,
    }),
    providerCode: t.string({
      nullable: true,
      description: "The provider's own code.",
      resolve: ({ detail }) => detail.providerCode,
    }),
    providerMessage: t.string({
      nullable: true,
      description: "The provider's own message, credentials masked.",
      resolve: ({ detail }) => detail.providerMessage,
    }),
    providerRequestId: t.string({
      nullable: true,
      description: "The provider's id for the request, to quote to its support.",
      resolve: ({ detail }) => detail.providerRequestId,
    }),
    completionId: t.id({
      nullable: true,
      description:
        'Id of the failed completion; `completion(id:)` reads its row. Null if it was another operation.',
      resolve: ({ record }) => (record?.operation === 'COMPLETION' ? record.id : null),
    }),
    warnings: t.field({
      type: [WarningRef],
      description:
        'What is worth knowing of how it was asked, e.g. that the catalogue does not list the model, with the nearest name that it lists.',
      resolve: ({ record }) => [...(record?.warnings ?? [])],
    }),
    failedOperation: t.field({
      type: OperationRef,
      nullable: true,
      description:
        'The row of the failed operation: what was used and billed all the same. Null for completions.',
      resolve: ({ record }) =>
        record === undefined || record.operation === 'COMPLETION' ? null : { record },
    }),
    attempts: t.field({
      type: [AttemptRef],
      description: 'Everything that was tried; empty if this is the error of a single attempt.',
      resolve: ({ record }) => [...(record?.attempts ?? [])],
    }),
  }),
});
