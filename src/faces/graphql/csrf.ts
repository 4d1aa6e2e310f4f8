import { useCSRFPrevention } from '@graphql-yoga/plugin-csrf-prevention';
import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/** Header that proves that a request did not come from a plain form or link; needed for GET and forms. */
export const CSRF_HEADER = 'x-graphql-yoga-csrf';

const MISSING = `GET requests and forms need the header ${CSRF_HEADER}, with any value: no other page can send it.`;

/** Refuses what any web page could send; the library's own refusal does not name the header. */
export const csrfPrevention = (): Plugin => {
  const { onRequestParse } = useCSRFPrevention({ requestHeaders: [CSRF_HEADER] });
  return {
    onRequestParse(payload) {
      try {
        return onRequestParse?.(payload);
      } catch {
        throw new GraphQLError(MISSING, {
          extensions: { code: 'CSRF_HEADER_MISSING', http: { status: 403 } },
        });
      }
    },
  };
};
