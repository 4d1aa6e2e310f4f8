import type { ReadyOperation } from './ready-operation.ts';

/** 10 ms of silence. */
const SILENCE =
  'data:audio/wav;base64,UklGRnQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YVAAAACAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgA==';

/** Every other operation. */
export const OPERATION_TABS: readonly ReadyOperation[] = [
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
      total {
        amount
        currency
      }
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
];
