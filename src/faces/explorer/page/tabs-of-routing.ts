import type { ReadyOperation } from './ready-operation.ts';

/** Where completions go, and why. */
export const ROUTING_TABS: readonly ReadyOperation[] = [
  {
    query: `# Where would this be sent, and why?
query PlanCompletion(
  $input: CompletionInput!
) {
  planCompletion(input: $input) {
    ... on CompletionPlan {
      dispatch {
        kind
      }
      offerings {
        rank
        offering {
          id
        }
        score
        parts {
          criterion
          value
        }
        estimatedCost {
          __typename
          ... on PricedCost {
            total {
              amount
              currency
            }
          }
        }
        breaker
      }
      rejected {
        offeringId
        reason
        detail
      }
    }
    ... on Error {
      message
    }
  }
}
`,
    variables: {
      input: {
        messages: [{ user: { text: 'Hello' } }],
        routing: {
          strategy: 'CHEAPEST',
          candidates: [{ model: 'openai/gpt-4o-mini' }, { offering: 'sandbox/echo' }],
        },
      },
    },
  },
  {
    query: `# Then use it: model: "route:first-steps"
mutation SaveRoute(
  $name: String!
  $policy: RoutePolicyInput!
) {
  saveRoute(name: $name, policy: $policy) {
    ... on Route {
      name
      version
      strategy
      document
    }
    ... on Error {
      message
    }
  }
}
`,
    variables: {
      name: 'first-steps',
      policy: {
        strategy: 'PRIORITY',
        candidates: [{ model: 'openai/gpt-4o-mini' }, { offering: 'sandbox/echo' }],
        fallback: { timeouts: { firstTokenMs: 5000 }, retries: 1 },
      },
    },
  },
];
