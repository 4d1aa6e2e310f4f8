import { maxAliasesPlugin } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthPlugin } from '@escape.tech/graphql-armor-max-depth';
import { maxTokensPlugin } from '@escape.tech/graphql-armor-max-tokens';
import { NoSchemaIntrospectionCustomRule } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/** Limits on a single operation, whichever way it comes. Its weight is limited in operation-weight.ts. */
const OPERATION_LIMITS = { depth: 12, aliases: 30, tokens: 2_000 } as const;

const refuse = {
  // The operation is refused before it runs, with an error that says which limit it met.
  propagateOnRejection: true,
} as const;

/** Plugins of parsing and validation: they hold over HTTP, SSE and WebSocket alike. */
export const operationLimits = (introspection: boolean): Plugin[] => [
  maxTokensPlugin({ n: OPERATION_LIMITS.tokens, ...refuse }),
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
