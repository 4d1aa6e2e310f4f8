import type { ReadyOperation } from './ready-operation.ts';

/** Which model at which provider. */
export const DECISION_TABS: readonly ReadyOperation[] = [
  {
    query: `# Which offering suits this workload?
query CompareOfferings(
  $input: CompareOfferingsInput!
) {
  compareOfferings(input: $input) {
    ... on Comparison {
      totalCount
      excludedCount
      currency
      offerings(first: 10) {
        edges {
          node {
            rank
            score
            offering {
              id
            }
            perRequest {
              amount
              currency
            }
            perMonth {
              amount
              currency
            }
            paretoOptimal
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
        workload: { inputTokens: 3000, outputTokens: 500, requestsPerMonth: 200000 },
        filter: { search: 'gpt-4o' },
      },
    },
  },
];
