import type { ReadyOperation } from './ready-operation.ts';

/** Which model at which provider. */
export const DECISION_TABS: readonly ReadyOperation[] = [
  {
    query: `# Which model for an agent with tools and 100k
# of context, under $2 a million tokens, and
# released this year? Other tasks: CHAT, RAG …
query WhichModel(
  $input: CompareOfferingsInput!
) {
  compareOfferings(input: $input) {
    ... on Comparison {
      availabilityNote
      benchmark
      totalCount
      offerings(first: 10) {
        nodes {
          rank
          comparable
          offering {
            id
            contextWindow
            model {
              name
            }
          }
          quality {
            score
          }
          blendedPrice {
            amount
            currency
          }
          perMonth {
            amount
            currency
          }
          priceClass
          releaseDate
          releaseRange {
            earliest
            latest
          }
          others(first: 3) {
            nodes {
              offering {
                id
              }
              perMonth {
                amount
                currency
              }
            }
          }
        }
      }
    }
    ... on InvalidInputError {
      path
      problem
    }
  }
}
`,
    variables: {
      input: {
        task: 'AGENT',
        filter: {
          capabilities: ['TOOLS'],
          minContextWindow: 100_000,
          maxBlendedPrice: { amount: '2', currency: 'USD' },
          releasedAfter: '2026-01-01T00:00:00Z',
        },
      },
    },
  },
  {
    query: `# What does it cost, and who says so?
query WhyThisPrice(
  $id: ID!
) {
  offering(id: $id) {
    id
    provider {
      name
      on
    }
    input: price(kind: INPUT) {
      ...Explained
    }
    cached: price(kind: CACHE_READ) {
      ...Explained
    }
    output: price(kind: OUTPUT) {
      ...Explained
    }
  }
}

fragment Explained on PriceResult {
  __typename
  ... on Price {
    amount {
      amount
      currency
    }
    per
    explain {
      text
    }
  }
}
`,
    variables: { id: 'openai/gpt-5.6-luna' },
  },
];
