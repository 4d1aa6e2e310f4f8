import type { ProviderQuirks } from '../../domain/provider-quirks.ts';

type Row = {
  /** The end of the host's name. */
  readonly host: string;
  readonly quirks: ProviderQuirks;
  /** Where it was seen, and when. */
  readonly seen: string;
};

/** What is known of servers that speak OpenAI's chat completions and are no providers known by id. */
export const QUIRKS_BY_HOST: readonly Row[] = [
  {
    host: '.snowflakecomputing.com',
    quirks: { omitsFinishReason: true },
    seen: 'Cortex, whole answers and streams: `"finish_reason": ""`, or none before `[DONE]` (2026-07-08)',
  },
];

/** Of the server at this base URL; what is stated of it wins. */
export const quirksAt = (baseUrl: string, stated: ProviderQuirks | undefined): ProviderQuirks => {
  const { hostname } = new URL(baseUrl);
  const known = QUIRKS_BY_HOST.find(({ host }) => hostname.endsWith(host));
  return { ...known?.quirks, ...stated };
};
