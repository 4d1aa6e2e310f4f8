import type { CompletionContent } from '../../domain/completion-content.ts';
import type { FinishReason } from '../../domain/content-event.ts';
import {
  type CompiledExpression,
  compileIn,
  type Expression,
  emptyEnvironment,
  fieldsOf,
  type Vocabulary,
} from '../routing/conditions/expression.ts';

/** Of a longer text the rest is not looked at by expressions, which may go through it many times. */
const MAX_CHARACTERS = 20_000;
const MAX_TOOL_CALLS = 100;

/** An answer, for expressions. */
class AnswerVariables {
  readonly text: string;
  readonly length: bigint;
  readonly finishReason: string;
  readonly toolCalls: readonly string[];

  constructor({ text, toolCalls }: CompletionContent, finishReason: FinishReason | undefined) {
    this.text = text.slice(0, MAX_CHARACTERS);
    this.length = BigInt(text.length);
    this.finishReason = finishReason ?? '';
    this.toolCalls = toolCalls.slice(0, MAX_TOOL_CALLS).map(({ name }) => name);
  }
}

const MEMBERS = {
  text: { type: 'string' },
  /** Characters of the whole text. */
  length: { type: 'int' },
  finishReason: { type: 'string' },
  /** Names of the tools that it calls. */
  toolCalls: { type: 'list<string>' },
} as const satisfies { readonly [Name in keyof AnswerVariables]: { readonly type: string } };

type Answered = { readonly answer: AnswerVariables };

const vocabulary: Vocabulary<Answered> = {
  environment: emptyEnvironment()
    .registerType('Answer', { ctor: AnswerVariables, fields: fieldsOf(MEMBERS) })
    .registerVariable('answer', 'Answer'),
  names: Object.keys(MEMBERS)
    .map((name) => `answer.${name}`)
    .join(', '),
  figuresOf: (part, { answer }) => (part.includes('length') ? [`answer.length is ${answer.length}`] : []),
};

const compile = (text: string): CompiledExpression<Answered> => compileIn(vocabulary, text);

/** By the rules that hold it, which live as long as their policy. */
const compiled = new WeakMap<object, Expression<Answered>>();

/** Why an expression cannot be taken; undefined where it can. */
export const acceptProblem = (text: string): string | undefined => {
  const read = compile(text);
  return read.kind === 'INVALID' ? read.problem : undefined;
};

/** The part of an expression that an answer does not hold; undefined: it holds all of it. */
export const unaccepted = (
  rules: { readonly accept?: string },
  content: CompletionContent,
  finishReason: FinishReason | undefined,
): string | undefined => {
  if (rules.accept === undefined) return undefined;
  let expression = compiled.get(rules);
  if (expression === undefined) {
    const read = compile(rules.accept);
    // Policies are read before they are used.
    if (read.kind === 'INVALID') throw new Error(`an expression was let in: ${read.problem}`);
    expression = read.expression;
    compiled.set(rules, expression);
  }
  const variables = { answer: new AnswerVariables(content, finishReason) };
  return expression.holds(variables) ? undefined : expression.falsePart(variables);
};
