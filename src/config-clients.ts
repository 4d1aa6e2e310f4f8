import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { trustedProxies } from './faces/http/client-address.ts';
import type { ClientLimits } from './faces/http/http-server.ts';
import { bytesInFlightOf } from './memory-limit.ts';

const MAX_CONNECTIONS = 10_000;
/** Others than clients take descriptors as well: providers, the database, files. */
const SHARE_OF_DESCRIPTORS = 0.5;

/** Proxies on the machine itself. */
const LOOPBACK = ['127.0.0.0/8', '::1'];

const entriesOf = (text: string): readonly string[] =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .flatMap((entry) => (entry === 'loopback' ? LOOPBACK : [entry]));

const NOT_ADDRESSES = 'takes addresses and networks such as 10.0.0.0/8, or loopback, with commas';

/** Addresses and networks, with commas. */
export const trustProxySetting = z
  .string()
  .refine((text) => trustedProxies(entriesOf(text)) !== undefined, NOT_ADDRESSES);

/** How many files the process may have open, where the system tells. */
const descriptors = (): number => {
  try {
    const limit = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return limit === undefined ? Number.POSITIVE_INFINITY : Number(limit);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
};

export type ClientSettings = {
  readonly MODELGRAPH_MAX_CONNECTIONS?: number | undefined;
  readonly MODELGRAPH_MAX_CONNECTIONS_PER_ADDRESS: number;
  readonly MODELGRAPH_MAX_BYTES_IN_FLIGHT?: number | undefined;
  readonly MODELGRAPH_READER_TIMEOUT_MS: number;
  readonly MODELGRAPH_TRUST_PROXY?: string | undefined;
};

/** What clients may hold together. `trustProxy` is what the config file says. */
export const clientLimits = (settings: ClientSettings, trustProxy: string | undefined): ClientLimits => {
  const trusted = settings.MODELGRAPH_TRUST_PROXY ?? trustProxy ?? '';
  return {
    maxConnections:
      settings.MODELGRAPH_MAX_CONNECTIONS ??
      Math.max(1, Math.min(MAX_CONNECTIONS, Math.floor(descriptors() * SHARE_OF_DESCRIPTORS))),
    maxStrangersPerAddress: settings.MODELGRAPH_MAX_CONNECTIONS_PER_ADDRESS,
    readerTimeoutMs: settings.MODELGRAPH_READER_TIMEOUT_MS,
    maxBytesInFlight: settings.MODELGRAPH_MAX_BYTES_IN_FLIGHT ?? bytesInFlightOf(),
    trusted: entriesOf(trusted),
  };
};
