import type { ReadyOperation } from './ready-operation.ts';

/** What can be read before anything is asked of a model. */
export const CATALOGUE_TABS: readonly ReadyOperation[] = [
  {
    query: `# Which models are there, and at what price?
query Browse {
  models(
    first: 5
    filter: { search: "gpt-4o" }
  ) {
    totalCount
    nodes {
      slug
      name
      contextWindow
      offerings(first: 5) {
        nodes {
          id
          provider {
            name
            on
          }
          prices {
            meter {
              direction
              tokenType
            }
            amount {
              amount
              currency
            }
            per
          }
        }
      }
    }
  }
}
`,
  },
  {
    query: `# Two models: their slugs are in the variables.
query ComparePrices(
  $one: String!
  $other: String!
) {
  one: model(slug: $one) {
    ...Priced
  }
  other: model(slug: $other) {
    ...Priced
  }
}

fragment Priced on Model {
  name
  contextWindow
  offerings(first: 5) {
    nodes {
      id
      prices {
        meter {
          direction
          tokenType
        }
        amount {
          amount
          currency
        }
        per
        provenance {
          source
          observedAt
        }
      }
    }
  }
}
`,
    variables: { one: 'openai/gpt-4o-mini', other: 'anthropic/claude-sonnet-4-5' },
  },
];

/** What can be read after. */
export const RECORD_TABS: readonly ReadyOperation[] = [
  {
    query: `# What is left of the providers' limits, as of
# their last answers: null before the first.
query RateLimits {
  offerings(
    first: 20
    filter: { availability: CALLABLE }
  ) {
    nodes {
      id
      provider {
        operations
      }
      rateLimits {
        limits {
          kind
          limit
          remaining
          resetsAt
        }
        observedAt
        blockedUntil
      }
    }
  }
}
`,
  },
  {
    query: `# What was asked last, and what it cost.
query Ledger {
  completions(first: 5) {
    nodes {
      id
      createdAt
      status
      usage {
        totalInput
        totalOutput
      }
      cost {
        ...Total
      }
    }
  }
  operations(first: 5) {
    nodes {
      id
      kind
      createdAt
      status
      cost {
        ...Total
      }
    }
  }
}

fragment Total on Cost {
  __typename
  ... on PricedCost {
    total {
      amount
      currency
    }
  }
  ... on UnpricedCost {
    reason
  }
}
`,
  },
];
