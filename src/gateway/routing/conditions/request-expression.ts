import {
  type CompiledExpression,
  compileIn,
  type Expression,
  emptyEnvironment,
  fieldsOf,
  type Vocabulary,
} from './expression.ts';
import {
  CandidateVariables,
  KeyVariables,
  MEMBERS,
  type RequestVariables,
  RouteVariables,
  TimeVariables,
  VARIABLES,
} from './variables.ts';

/** Expressions about requests. */
export type RequestExpression = Expression<RequestVariables>;

const environment = Object.entries(VARIABLES).reduce(
  (made, [name, { type }]) => made.registerVariable(name, type),
  emptyEnvironment()
    .registerType('Key', { ctor: KeyVariables, fields: fieldsOf(MEMBERS.Key) })
    .registerType('Route', { ctor: RouteVariables, fields: fieldsOf(MEMBERS.Route) })
    .registerType('Time', { ctor: TimeVariables, fields: fieldsOf(MEMBERS.Time) })
    .registerType('Candidate', { ctor: CandidateVariables, fields: fieldsOf(MEMBERS.Candidate) })
    .registerFunction('Time.hourIn(string): int', (time: TimeVariables, zone: string) => time.hourIn(zone))
    .registerFunction('Time.weekdayIn(string): string', (time: TimeVariables, zone: string) =>
      time.weekdayIn(zone),
    ),
);

const membersOf = (name: string, type: string): readonly string[] => {
  const members = Object.entries(MEMBERS).find(([each]) => each === type)?.[1];
  return members === undefined ? [name] : Object.keys(members).map((member) => `${name}.${member}`);
};

const names = Object.entries(VARIABLES)
  .flatMap(([name, { type }]) => membersOf(name, type))
  .join(', ');

/** What a person is told of the request where a part that rests on it is false. */
const FIGURES = ['promptTokens', 'maxTokens', 'complexity'] as const;

const shownFigure = (name: (typeof FIGURES)[number], variables: RequestVariables): string => {
  const value = variables[name];
  return `${name} is ${typeof value === 'number' ? value.toFixed(3) : value}`;
};

const vocabulary: Vocabulary<RequestVariables> = {
  environment,
  names,
  figuresOf: (part, variables) =>
    FIGURES.filter((name) => part.includes(name)).map((name) => shownFigure(name, variables)),
};

/** Reads an expression about a request. What is wrong with it is told with its place. */
export const compileExpression = (text: string): CompiledExpression<RequestVariables> =>
  compileIn(vocabulary, text);
