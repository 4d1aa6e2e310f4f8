import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { graphql } from './generated/gql.ts';

/** A small frontend: nothing in it but generated types and public client packages. */

const ModelPrices = graphql(`
  query ModelPrices($slug: String!) {
    model(slug: $slug) {
      slug
      offerings(first: 50) {
        edges {
          node {
            id
            price(kind: INPUT) {
              __typename
              ... on Price {
                amount {
                  amount
                  currency
                }
              }
            }
          }
        }
      }
    }
  }
`);

const Ask = graphql(`
  mutation Ask($model: String!, $text: String!) {
    complete(input: { model: $model, messages: [{ user: { text: $text } }] }) {
      __typename
      ... on Completion {
        text
        usage {
          output
        }
      }
      ... on UnknownModelError {
        suggestions
      }
      ... on Error {
        message
      }
    }
  }
`);

const Watch = graphql(`
  subscription Watch($model: String!, $text: String!) {
    completion(input: { model: $model, messages: [{ user: { text: $text } }] }) {
      __typename
      ... on TextDelta {
        text
      }
      ... on CompletionFinished {
        finishReason
      }
    }
  }
`);

export type Frontend = {
  /** Amounts of the plain input price by offering, as exact decimals. */
  inputPrices(slug: string): Promise<{ readonly [offering: string]: string }>;
  /** The answer, or what went wrong. */
  ask(model: string, text: string): Promise<string>;
  /** All of the streamed text and why it ended. */
  watch(model: string, text: string): Promise<{ readonly text: string; readonly finishReason: string }>;
  close(): void;
};

export const createFrontend = (url: string, key: string): Frontend => {
  const socket = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${key}` },
  });
  const client = new Client({
    url: `${url}/graphql`,
    preferGetMethod: false,
    fetchOptions: { headers: { authorization: `Bearer ${key}` } },
    exchanges: [
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables }) => ({
          subscribe: (sink) => ({
            unsubscribe: socket.subscribe(
              { query, ...(variables !== undefined && { variables }) },
              {
                next: ({ data, errors }) =>
                  sink.next({ data: data ?? null, ...(errors !== undefined && { errors: [...errors] }) }),
                error: (error) => sink.error(error),
                complete: () => sink.complete(),
              },
            ),
          }),
        }),
      }),
    ],
  });

  return {
    async inputPrices(slug) {
      const { data, error } = await client.query(ModelPrices, { slug }).toPromise();
      if (error !== undefined) throw error;
      const prices = data?.model?.offerings.edges.flatMap(({ node: { id, price } }) =>
        price.__typename === 'Price' ? [[id, price.amount.amount] as const] : [],
      );
      return Object.fromEntries(prices ?? []);
    },
    async ask(model, text) {
      const { data, error } = await client.mutation(Ask, { model, text }).toPromise();
      const answer = data?.complete;
      if (answer == null) throw error ?? new Error('no answer');
      switch (answer.__typename) {
        case 'Completion':
          return answer.text ?? '';
        case 'UnknownModelError':
          return `did you mean ${answer.suggestions.join(' or ')}?`;
        default:
          return answer.message;
      }
    },
    watch: (model, text) =>
      new Promise((resolve, reject) => {
        let said = '';
        const { unsubscribe } = client.subscription(Watch, { model, text }).subscribe(({ data, error }) => {
          if (error !== undefined) return reject(error);
          const event = data?.completion;
          if (event?.__typename === 'TextDelta') said += event.text;
          if (event?.__typename === 'CompletionFinished') {
            resolve({ text: said, finishReason: event.finishReason });
            unsubscribe();
          }
        });
      }),
    close: () => void socket.dispose(),
  };
};
