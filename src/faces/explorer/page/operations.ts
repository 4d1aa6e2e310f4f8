/** An operation that a tab of the explorer opens with. */
export type ReadyOperation = {
  /** The document; the name of its operation is the tab's title. */
  readonly query: string;
  /** Values of the document's variables. */
  readonly variables?: { readonly [name: string]: unknown };
};

/** One red pixel. */
const DOT =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC';
/** 10 ms of silence. */
const SILENCE =
  'data:audio/wav;base64,UklGRnQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YVAAAACAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgA==';

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
  {
    query: `# A prompt with an image: any public address,
# which this server fetches, or a data: URL.
mutation SeeImage($image: MediaSourceInput!) {
  complete(
    input: {
      model: "sandbox/echo"
      messages: [
        {
          user: {
            parts: [
              { text: "What is this?" }
              { image: { source: $image } }
            ]
          }
        }
      ]
    }
  ) {
    ... on Completion {
      text
      finishReason
    }
    ... on Error {
      message
    }
  }
}
`,
    variables: { image: { url: DOT } },
  },
  {
    query: `# Texts as vectors: those that share words
# are near to each other.
mutation Embed($inputs: [String!]!) {
  embed(
    input: {
      model: "sandbox/echo"
      inputs: $inputs
      dimensions: 8
    }
  ) {
    ... on Embedding {
      vectors
      operation {
        ...Bill
      }
    }
    ... on Error {
      message
    }
  }
}

fragment Bill on Operation {
  id
  usage {
    totalInput
  }
  cost {
    __typename
    ... on PricedCost {
      total
      currency
    }
  }
}
`,
    variables: { inputs: ['a red apple', 'a green apple', 'blue sky'] },
  },
  {
    query: `# An image, at an address of this server.
mutation MakeImage {
  generateImages(
    input: {
      model: "sandbox/echo"
      prompt: "The sky at dawn"
      delivery: URL
    }
  ) {
    ... on ImageGeneration {
      images {
        image {
          url
          mediaType
          bytes
          expiresAt
        }
        revisedPrompt
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
    query: `# A text as audio, here at an address.
mutation Speak {
  synthesizeSpeech(
    input: {
      model: "sandbox/echo"
      text: "Hello from the graph."
      format: WAV
      delivery: URL
    }
  ) {
    ... on Speech {
      audio {
        url
        mediaType
        bytes
      }
      operation {
        usage {
          characters
        }
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
    query: `# Audio as text: by address, data or upload.
mutation Transcribe($audio: String!) {
  transcribe(
    input: {
      model: "sandbox/echo"
      audio: { url: $audio }
      timestamps: WORD
    }
  ) {
    ... on Transcription {
      text
      language
      durationSeconds
      words {
        text
        start
        end
      }
    }
    ... on Error {
      message
    }
  }
}
`,
    variables: { audio: SILENCE },
  },
  {
    query: `# Which document fits best?
mutation Rerank($documents: [String!]!) {
  rerank(
    input: {
      model: "sandbox/echo"
      query: "ripe apples"
      documents: $documents
      topN: 2
    }
  ) {
    ... on Reranking {
      ranking {
        index
        score
      }
    }
    ... on Error {
      message
    }
  }
}
`,
    variables: { documents: ['Blue sky.', 'Ripe apples are red.', 'Apples fall.'] },
  },
  {
    query: `# Is it harmful?
mutation Moderate {
  moderate(
    input: {
      model: "sandbox/echo"
      inputs: [
        { text: "Have a nice day." }
        { text: "I hate this." }
      ]
    }
  ) {
    ... on Moderation {
      verdicts {
        flagged
        categories {
          name
          flagged
          score
        }
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
    query: `# How long is a prompt, before it is sent?
mutation CountTokens {
  countTokens(
    input: {
      model: "sandbox/echo"
      messages: [
        { user: { text: "How long am I?" } }
      ]
    }
  ) {
    ... on TokenCount {
      inputTokens
      method
    }
    ... on Error {
      message
    }
  }
}
`,
  },
  {
    query: `# What is left of the providers' limits, as of
# their last answers: null before the first.
query RateLimits {
  offerings(
    first: 20
    filter: { on: true }
  ) {
    edges {
      node {
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
}
`,
  },
];
