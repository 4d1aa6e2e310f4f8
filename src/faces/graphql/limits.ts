import { maxAliasesPlugin } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthPlugin } from '@escape.tech/graphql-armor-max-depth';
import { maxTokensPlugin } from '@escape.tech/graphql-armor-max-tokens';
import { GraphQLError, NoSchemaIntrospectionCustomRule } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/** Limits on a single operation, whichever way it comes. Its weight is limited in operation-weight.ts. */
const OPERATION_LIMITS = { depth: 12, aliases: 30, tokens: 2_000 } as const;

const refuse = {
  // The operation is refused before it runs, with an error that says which limit it met.
  propagateOnRejection: true,
} as const;

/** To read a longer one takes tens of milliseconds; texts are sent as variables. */
const MAX_CHARACTERS = 1_048_576;
/** Where an error stands is looked for from the beginning, line by line, for each error. */
const MAX_LOCATED_CHARACTERS = 65_536;
const MAX_LOCATED_LINES = 2_000;

const hasMoreLines = (text: string): boolean => {
  let lines = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 10 || code === 13) lines += 1;
    if (lines > MAX_LOCATED_LINES) return true;
  }
  return false;
};

/** Refuses documents that take long to read as such, and does not say where the errors of long ones stand. */
const documentLimits: Plugin = {
  onParse({ params: { source }, parseFn, setParseFn }) {
    const text = source.toString();
    if (text.length <= MAX_LOCATED_LINES) return;
    if (text.length > MAX_CHARACTERS)
      throw new GraphQLError(
        `The document has more than ${MAX_CHARACTERS} characters. Send long texts as variables.`,
        { extensions: { code: 'OPERATION_TOO_COMPLEX' } },
      );
    if (text.length > MAX_LOCATED_CHARACTERS || hasMoreLines(text))
      setParseFn((given, options) => parseFn(given, { ...options, noLocation: true }));
  },
};

/** Plugins of parsing and validation: they hold over HTTP, SSE and WebSocket alike. */
export const operationLimits = (introspection: boolean): Plugin[] => [
  maxTokensPlugin({ n: OPERATION_LIMITS.tokens, ...refuse }),
  documentLimits,
  maxDepthPlugin({ n: OPERATION_LIMITS.depth, ignoreIntrospection: true, flattenFragments: true, ...refuse }),
  maxAliasesPlugin({ n: OPERATION_LIMITS.aliases, allowList: [], ...refuse }),
  ...(introspection
    ? []
    : [
        {
          onValidate({ addValidationRule }) {
            addValidationRule(NoSchemaIntrospectionCustomRule);
          },
        } satisfies Plugin,
      ]),
];
