/* eslint-disable */
import * as types from './graphql.ts';
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';

/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "\n  query ModelPrices($slug: String!) {\n    model(slug: $slug) {\n      slug\n      offerings(first: 50) {\n        edges {\n          node {\n            id\n            price(kind: INPUT) {\n              __typename\n              ... on Price {\n                amount {\n                  amount\n                  currency\n                }\n              }\n            }\n          }\n        }\n      }\n    }\n  }\n": typeof types.ModelPricesDocument,
    "\n  mutation Ask($model: String!, $text: String!) {\n    complete(input: { model: $model, messages: [{ user: { text: $text } }] }) {\n      __typename\n      ... on Completion {\n        text\n        usage {\n          output\n        }\n      }\n      ... on UnknownModelError {\n        suggestions\n      }\n      ... on Error {\n        message\n      }\n    }\n  }\n": typeof types.AskDocument,
    "\n  subscription Watch($model: String!, $text: String!) {\n    completion(input: { model: $model, messages: [{ user: { text: $text } }] }) {\n      __typename\n      ... on TextDelta {\n        text\n      }\n      ... on CompletionFinished {\n        finishReason\n      }\n    }\n  }\n": typeof types.WatchDocument,
};
const documents: Documents = {
    "\n  query ModelPrices($slug: String!) {\n    model(slug: $slug) {\n      slug\n      offerings(first: 50) {\n        edges {\n          node {\n            id\n            price(kind: INPUT) {\n              __typename\n              ... on Price {\n                amount {\n                  amount\n                  currency\n                }\n              }\n            }\n          }\n        }\n      }\n    }\n  }\n": types.ModelPricesDocument,
    "\n  mutation Ask($model: String!, $text: String!) {\n    complete(input: { model: $model, messages: [{ user: { text: $text } }] }) {\n      __typename\n      ... on Completion {\n        text\n        usage {\n          output\n        }\n      }\n      ... on UnknownModelError {\n        suggestions\n      }\n      ... on Error {\n        message\n      }\n    }\n  }\n": types.AskDocument,
    "\n  subscription Watch($model: String!, $text: String!) {\n    completion(input: { model: $model, messages: [{ user: { text: $text } }] }) {\n      __typename\n      ... on TextDelta {\n        text\n      }\n      ... on CompletionFinished {\n        finishReason\n      }\n    }\n  }\n": types.WatchDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 *
 *
 * @example
 * ```ts
 * const query = graphql(`query GetUser($id: ID!) { user(id: $id) { name } }`);
 * ```
 *
 * The query argument is unknown!
 * Please regenerate the types.
 */
export function graphql(source: string): unknown;

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query ModelPrices($slug: String!) {\n    model(slug: $slug) {\n      slug\n      offerings(first: 50) {\n        edges {\n          node {\n            id\n            price(kind: INPUT) {\n              __typename\n              ... on Price {\n                amount {\n                  amount\n                  currency\n                }\n              }\n            }\n          }\n        }\n      }\n    }\n  }\n"): (typeof documents)["\n  query ModelPrices($slug: String!) {\n    model(slug: $slug) {\n      slug\n      offerings(first: 50) {\n        edges {\n          node {\n            id\n            price(kind: INPUT) {\n              __typename\n              ... on Price {\n                amount {\n                  amount\n                  currency\n                }\n              }\n            }\n          }\n        }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation Ask($model: String!, $text: String!) {\n    complete(input: { model: $model, messages: [{ user: { text: $text } }] }) {\n      __typename\n      ... on Completion {\n        text\n        usage {\n          output\n        }\n      }\n      ... on UnknownModelError {\n        suggestions\n      }\n      ... on Error {\n        message\n      }\n    }\n  }\n"): (typeof documents)["\n  mutation Ask($model: String!, $text: String!) {\n    complete(input: { model: $model, messages: [{ user: { text: $text } }] }) {\n      __typename\n      ... on Completion {\n        text\n        usage {\n          output\n        }\n      }\n      ... on UnknownModelError {\n        suggestions\n      }\n      ... on Error {\n        message\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription Watch($model: String!, $text: String!) {\n    completion(input: { model: $model, messages: [{ user: { text: $text } }] }) {\n      __typename\n      ... on TextDelta {\n        text\n      }\n      ... on CompletionFinished {\n        finishReason\n      }\n    }\n  }\n"): (typeof documents)["\n  subscription Watch($model: String!, $text: String!) {\n    completion(input: { model: $model, messages: [{ user: { text: $text } }] }) {\n      __typename\n      ... on TextDelta {\n        text\n      }\n      ... on CompletionFinished {\n        finishReason\n      }\n    }\n  }\n"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;