/** An operation that a tab of the explorer opens with. */
export type ReadyOperation = {
  /** The document; the name of its operation is the tab's title. */
  readonly query: string;
  /** Values of the document's variables. */
  readonly variables?: { readonly [name: string]: unknown };
};

/** What a new visitor finds in the tabs, in order. Each runs at once, with no provider configured. */
export const READY_OPERATIONS: readonly ReadyOperation[] = [
  {
    query: `# Which models are there, and at what price?
query Browse {
  models(
    first: 5
    filter: { search: "gpt-4o" }
  ) {
    totalCount
    edges {
      node {
        slug
        name
        contextWindow
        offerings(first: 5) {
          edges {
            node {
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
                amount
                per
                currency
              }
            }
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
    edges {
      node {
        id
        prices {
          meter {
            direction
            tokenType
          }
          amount
          per
          currency
          provenance {
            source
            observedAt
          }
        }
      }
    }
  }
}
`,
    variables: { one: 'openai/gpt-4o-mini', other: 'anthropic/claude-sonnet-4-5' },
  },
  {
    query: `# One answer. The sandbox needs no account.
mutation Complete {
  complete(
    input: {
      model: "sandbox/echo"
      messages: [
        { user: { text: "Hello, graph." } }
      ]
    }
  ) {
    __typename
    ... on Completion {
      id
      text
      finishReason
      usage {
        input
        output
      }
      cost {
        __typename
        ... on PricedCost {
          total
          currency
        }
      }
      timings {
        totalMs
      }
    }
    ... on Error {
      message
    }
  }
}
`,
  },
  {
    query: `# As it happens: the text gathers at the end.
subscription Stream($pace: JSONObject) {
  completion(
    input: {
      model: "sandbox/lorem"
      messages: [
        { user: { text: "Tell me a story." } }
      ]
      metadata: $pace
    }
  ) {
    __typename
    ... on CompletionStarted {
      completionId
    }
    ... on TextDelta {
      text
    }
    ... on CompletionFinished {
      finishReason
      usage {
        input
        output
      }
    }
    ... on CompletionFailed {
      error {
        ... on Error {
          message
        }
      }
    }
  }
}
`,
    variables: { pace: { 'sandbox.words': '120', 'sandbox.tokensPerSecond': '30' } },
  },
];
