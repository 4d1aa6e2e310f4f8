import type { Availability, FilterReason, Inclusion } from '../../../domain/offering-filter.ts';
import { builder } from '../builder.ts';

export const AvailabilityEnum = builder.enumType('Availability', {
  description: 'Whether this server can call an offering: whether its provider is on.',
  values: {
    CALLABLE: { description: 'Those whose provider is on.' },
    NOT_CALLABLE: { description: 'Those whose provider is off; `Provider.offReason` says what to set.' },
    ANY: { description: 'All that exist.' },
  } satisfies { readonly [Name in Availability]: { readonly description: string } },
});

export const InclusionEnum = builder.enumType('Inclusion', {
  description: 'What becomes of offerings that are of some sort.',
  values: {
    INCLUDE: { description: 'They pass like others.' },
    EXCLUDE: { description: 'They do not pass.' },
    ONLY: { description: 'They pass alone.' },
  } satisfies { readonly [Name in Inclusion]: { readonly description: string } },
});

/** What each reason of a filter says; enums of exclusions and rejections take their values from here. */
export const FILTER_REASON_VALUES = {
  SEARCH: { description: 'Neither its id nor its name contains what was searched.' },
  MODEL: { description: 'Its model is not among those asked for.' },
  OFFERING: { description: 'It is not among the offerings asked for.' },
  LAB: { description: 'Its model is of another lab.' },
  FAMILY: { description: 'Its model is of another family, or of none that is known.' },
  PROVIDER: { description: 'Its provider is not among those asked for, or is excluded.' },
  PROVIDER_KIND: { description: 'Its provider is of another kind, or of an excluded one.' },
  UNKNOWN_PROVIDER_KIND: { description: 'No source says of what kind its provider is.' },
  REGION: { description: 'It is served from another region.' },
  UNKNOWN_REGION: { description: 'No source states its region.' },
  RETENTION: { description: 'Its provider does not keep requests for as long as was asked.' },
  UNKNOWN_RETENTION: { description: 'No source states how long its provider keeps requests.' },
  OFF: { description: 'This server cannot call its provider.' },
  ON: { description: 'This server can call its provider, and what it cannot call was asked for.' },
  RETIRED: { description: 'It was switched off.' },
  NOT_RETIRED: { description: 'Only retired ones were asked for.' },
  DEPRECATED: { description: 'A source calls it deprecated.' },
  NOT_DEPRECATED: { description: 'Only deprecated ones were asked for.' },
  MOVING_ALIAS: { description: 'Its name moves from model to model, e.g. `…-latest`.' },
  NOT_MOVING_ALIAS: { description: 'Only names that move were asked for.' },
  MODEL_JOIN: { description: 'It is joined to its model in another way.' },
  CONTEXT_TOO_SMALL: { description: 'Its context window is smaller than was asked or is needed.' },
  UNKNOWN_CONTEXT: { description: 'No source states its context window.' },
  OUTPUT_LIMIT_TOO_SMALL: { description: 'One answer may have fewer tokens than was asked.' },
  UNKNOWN_OUTPUT_LIMIT: { description: 'No source states how many tokens one answer may have.' },
  MODALITY: { description: 'It is known not to take or give what is needed.' },
  UNKNOWN_MODALITY: { description: 'No source says what it takes or gives.' },
  CAPABILITY: { description: 'A source says that it lacks a capability asked for.' },
  UNKNOWN_CAPABILITY: { description: 'No source says whether it has a capability asked for.' },
  CLOSED_WEIGHTS: { description: 'Its weights cannot be downloaded.' },
  OPEN_WEIGHTS: { description: 'Its weights can be downloaded, and closed ones were asked for.' },
  UNKNOWN_WEIGHTS: { description: 'No source says whether its weights can be downloaded.' },
  RELEASED_TOO_EARLY: { description: 'It was released before `releasedAfter`.' },
  RELEASED_TOO_LATE: { description: 'It was released at `releasedBefore` or later.' },
  UNKNOWN_RELEASE_DATE: {
    description: 'No source states when it was released, and what is known of it leaves the answer open.',
  },
  BILLING: { description: 'It is billed in another way.' },
  UNKNOWN_BILLING: { description: 'No source says how it is billed.' },
  FREE: { description: 'It is free, with limits that a workload cannot count on.' },
  NOT_FREE: { description: 'Only free ones were asked for.' },
  PRICE_ABOVE: { description: 'Its price is above a ceiling.' },
  UNKNOWN_PRICE: { description: 'No source states the price that has a ceiling.' },
  NO_FX_RATE: { description: 'No exchange rate leads to the currency that was asked for.' },
  COST_ABOVE: { description: 'A request costs more than was asked.' },
  QUALITY_BELOW: { description: 'It scores worse than was asked.' },
  UNKNOWN_QUALITY: { description: 'No source states its score at the benchmark.' },
  TTFT_ABOVE: { description: 'Its median time to the first token is longer than was asked.' },
  UNKNOWN_TTFT: { description: 'Its time to the first token was not measured.' },
  THROUGHPUT_BELOW: { description: 'Its median output a second is less than was asked.' },
  UNKNOWN_THROUGHPUT: { description: 'Its output a second was not measured.' },
  UPTIME_BELOW: { description: 'It answered a smaller share of calls than was asked.' },
  UNKNOWN_UPTIME: { description: 'Its uptime was not measured.' },
} satisfies { readonly [Reason in FilterReason]: { readonly description: string } };
