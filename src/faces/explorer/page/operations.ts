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
  models(first: 5, filter: { search: "gpt-4o" }) {
    edges {
      node {
        slug
        name
        contextWindow
        offerings {
          id
          provider {
            name
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
`,
  },
  {
    query: `# Two models: their slugs are in the variables.
query ComparePrices($one: String!, $other: String!) {
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
  offerings {
    id
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
`,
    variables: { one: 'openai/gpt-4o-mini', other: 'anthropic/claude-sonnet-4-5' },
  },
  {
    query: `# One answer. The sandbox needs no account.
mutation Complete {
  complete(
    input: {
      model: "sandbox/echo"
      messages: [{ user: { text: "Hello, graph." } }]
    }
  ) {
    __typename
    ... on Completion {
      text
      finishReason
      usage {
        input
        output
      }
    }
  }
}
`,
  },
  {
    query: `# As it happens: the text gathers at the end.
subscription Stream {
  completion(
    input: {
      model: "sandbox/lorem"
      messages: [{ user: { text: "Tell me a story." } }]
    }
  ) {
    __typename
    ... on TextDelta {
      text
    }
    ... on CompletionFinished {
      finishReason
    }
  }
}
`,
  },
];
