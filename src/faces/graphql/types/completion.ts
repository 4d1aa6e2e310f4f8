import type { ReasoningBlock, ToolCall } from '../../../domain/completion-request.ts';
import type { Source } from '../../../domain/content-event.ts';
import { builder } from '../builder.ts';
import { entity } from '../entity.ts';
import { CompletionRef } from '../refs.ts';
import { FinishReasonEnum } from './enums.ts';
import { OperationFactsRef } from './operation.ts';
import { TokenLogprobRef } from './token-logprob.ts';

const ToolCallRef = builder.objectRef<ToolCall>('ToolCall').implement({
  description: 'A call of a tool that the model asks for.',
  fields: (t) => ({
    id: t.exposeID('id', { description: "Give it back as the tool message's `toolCallId`." }),
    name: t.exposeString('name', { description: "The tool's name." }),
    arguments: t.exposeString('arguments', {
      description: 'JSON text exactly as the model wrote it; may be malformed: check it.',
    }),
    signature: t.string({
      nullable: true,
      description: "The provider's proof of the call; give it back with the call on the next turn.",
      resolve: (call) => call.signature,
    }),
  }),
});

const ReasoningBlockRef = builder.objectRef<ReasoningBlock>('ReasoningBlock').implement({
  description: 'A piece of reasoning. Give it back unchanged on the next turn where tools are used.',
  fields: (t) => ({
    text: t.exposeString('text', {
      description: 'What the provider shows of it; may be a summary, or empty.',
    }),
    signature: t.string({
      nullable: true,
      description:
        "The provider's proof, or the encrypted content of a redacted block; only that provider takes it.",
      resolve: (block) => block.signature,
    }),
    redacted: t.boolean({
      description: 'Whether the block came encrypted.',
      resolve: (block) => block.redacted ?? false,
    }),
  }),
});

const SourceRef = builder.objectRef<Source>('Source').implement({
  description: 'A source that the answer cites.',
  fields: (t) => ({
    url: t.string({
      nullable: true,
      description: 'Its address, as the provider gave it; null if it is a document of the prompt.',
      resolve: (source) => source.url,
    }),
    title: t.string({ nullable: true, description: 'Its title.', resolve: (source) => source.title }),
    citedText: t.string({
      nullable: true,
      description: 'The words of the source that are cited, as the provider gave them.',
      resolve: (source) => source.citedText,
    }),
    documentIndex: t.int({
      nullable: true,
      description: "Which of the prompt's documents it is, counted from 0; null if it is not one of them.",
      resolve: (source) => source.documentIndex,
    }),
  }),
});

const NOT_KEPT = 'null when read back from the ledger, which does not keep what was said';

CompletionRef.implement({
  description: 'One request for text and its result.',
  extensions: entity({ id: (id, context) => CompletionRef.getDataloader(context).load(id) }),
  interfaces: [OperationFactsRef],
  fields: (t) => ({
    text: t.string({
      nullable: true,
      description: `What the model said; ${NOT_KEPT}.`,
      resolve: ({ content }) => content?.text,
    }),
    refusal: t.string({
      nullable: true,
      description: `Why the model declined, where it said so apart from the text; ${NOT_KEPT}.`,
      resolve: ({ content }) => (content?.refusal === '' ? null : content?.refusal),
    }),
    reasoning: t.field({
      type: [ReasoningBlockRef],
      nullable: true,
      description: `Reasoning that the provider shows, in order; ${NOT_KEPT}.`,
      resolve: ({ content }) => (content === undefined ? null : [...content.reasoning]),
    }),
    toolCalls: t.field({
      type: [ToolCallRef],
      nullable: true,
      description: `Calls of tools, in order; ${NOT_KEPT}.`,
      resolve: ({ content }) => (content === undefined ? null : [...content.toolCalls]),
    }),
    sources: t.field({
      type: [SourceRef],
      nullable: true,
      description: `Sources that the answer cites; ${NOT_KEPT}.`,
      resolve: ({ content }) => (content === undefined ? null : [...content.sources]),
    }),
    logprobs: t.field({
      type: [TokenLogprobRef],
      nullable: true,
      description: `Log probabilities of the text's tokens, in order; empty if none were asked for or given; ${NOT_KEPT}.`,
      resolve: ({ content }) => (content === undefined ? null : [...content.logprobs]),
    }),
    finishReason: t.field({
      type: FinishReasonEnum,
      nullable: true,
      description: 'Why the model stopped; null if it failed.',
      resolve: ({ record }) => record.finishReason,
    }),
    rawFinishReason: t.string({
      nullable: true,
      description: "The provider's own word for it.",
      resolve: ({ record }) => record.rawFinishReason,
    }),
  }),
});
