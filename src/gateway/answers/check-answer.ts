import type { FailedCheck } from '../../domain/attempt.ts';
import type { CompletionContent } from '../../domain/completion-content.ts';
import type { CompletionRequest } from '../../domain/completion-request.ts';
import type { FinishReason } from '../../domain/content-event.ts';
import { isJsonObject, parseJson } from '../../domain/json.ts';
import type { CascadeRules, PlainCheck } from '../../domain/route.ts';
import { unaccepted } from './accept-expression.ts';
import { schemaProblem } from './match-schema.ts';
import { readsAsRefusal } from './refusal-phrases.ts';

/** A whole answer, and what was asked. */
export type CheckedAnswer = {
  readonly request: Pick<CompletionRequest<unknown>, 'tools' | 'output'>;
  readonly content: CompletionContent;
  readonly finishReason: FinishReason | undefined;
};

type Problem = string | undefined;

const callsTools = ({ toolCalls }: CompletionContent): boolean => toolCalls.length > 0;

const schema = ({ request: { output }, content }: CheckedAnswer): Problem => {
  if (output === undefined || output.kind === 'text' || callsTools(content)) return undefined;
  const json = parseJson(content.text);
  if (json === undefined) return 'The answer is no JSON.';
  if (output.kind === 'jsonObject') return isJsonObject(json) ? undefined : 'The answer is no JSON object.';
  const found = schemaProblem(output.schema, json, 'the answer');
  return found && `It does not match its JSON Schema: ${found}.`;
};

const toolCalls = ({ request: { tools }, content }: CheckedAnswer): Problem => {
  for (const { name, arguments: text } of content.toolCalls) {
    const tool = tools.find((each) => each.name === name);
    if (tool === undefined) return 'It calls a tool that the request does not have.';
    const json = parseJson(text);
    if (json === undefined) return `The arguments of its call to ${name} are no JSON.`;
    const found = schemaProblem(tool.parameters, json, 'the arguments');
    if (found !== undefined) return `Its call to ${name} does not match the tool: ${found}.`;
  }
  return undefined;
};

const refusal = ({ content, finishReason }: CheckedAnswer): Problem => {
  if (finishReason === 'REFUSAL' || content.refusal !== '') return 'The model declined.';
  if (finishReason === 'CONTENT_FILTER') return "The provider's content filter cut it off.";
  return !callsTools(content) && readsAsRefusal(content.text) ? 'It begins as refusals do.' : undefined;
};

const complete = ({ content, finishReason }: CheckedAnswer): Problem => {
  if (finishReason === 'LENGTH') return 'It ended at a limit of tokens.';
  return content.text.trim() === '' && !callsTools(content) ? 'It says nothing.' : undefined;
};

const PLAIN: { readonly [Check in PlainCheck]: (answer: CheckedAnswer) => Problem } = {
  SCHEMA: schema,
  TOOL_CALLS: toolCalls,
  REFUSAL: refusal,
  COMPLETE: complete,
};

const lengthProblem = (
  { content }: CheckedAnswer,
  { minCharacters = 0, maxCharacters = Number.POSITIVE_INFINITY }: CascadeRules,
): Problem => {
  const { length } = content.text;
  if (callsTools(content)) return undefined;
  if (length < minCharacters) return `It has ${length} characters, and ${minCharacters} are the least.`;
  return length > maxCharacters
    ? `It has ${length} characters, and ${maxCharacters} are the most.`
    : undefined;
};

const logprobProblem = ({ content: { logprobs } }: CheckedAnswer, least: number | undefined): Problem => {
  if (least === undefined || logprobs.length === 0) return undefined;
  const mean = logprobs.reduce((sum, { logprob }) => sum + logprob, 0) / logprobs.length;
  return mean < least
    ? `The mean log probability of its tokens is ${mean.toFixed(3)}, and ${least} is the least.`
    : undefined;
};

/** The first check that an answer does not pass, the cheapest ones first; undefined: it passes. */
export const failedCheckOf = (answer: CheckedAnswer, rules: CascadeRules): FailedCheck | undefined => {
  for (const check of rules.checks) {
    const detail = PLAIN[check](answer);
    if (detail !== undefined) return { check, detail };
  }
  const length = lengthProblem(answer, rules);
  if (length !== undefined) return { check: 'LENGTH', detail: length };
  const logprob = logprobProblem(answer, rules.minMeanLogprob);
  if (logprob !== undefined) return { check: 'LOGPROB', detail: logprob };
  const part = unaccepted(rules, answer.content, answer.finishReason);
  return part === undefined ? undefined : { check: 'ACCEPT', detail: `It does not hold ${part}.` };
};
