import type { ReadyOperation } from './ready-operation.ts';

/** One red pixel. */
const DOT =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC';

/** Completions, whole and streamed. */
export const COMPLETION_TABS: readonly ReadyOperation[] = [
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
          total {
            amount
            currency
          }
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
];
