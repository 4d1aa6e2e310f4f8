import { createRandom, seedOf } from './random.ts';

/** Something that goes wrong at an offering for a while. Times in milliseconds of virtual time, `to` exclusive. */
export type Incident = { readonly from: number; readonly to: number } & (
  | { readonly kind: 'REFUSES' }
  /** Accepts calls and never answers. */
  | { readonly kind: 'HANGS' }
  /** Streams begin, and are silent after their first token. */
  | { readonly kind: 'STALLS' }
  | { readonly kind: 'ERRS'; readonly rate: number }
  /** Answers 429 and asks to wait for so long. */
  | { readonly kind: 'LIMITS'; readonly retryAfterMs: number }
  /** First tokens take so many times as long. */
  | { readonly kind: 'SLOW'; readonly factor: number }
);

const MINUTE = 60_000;

/**
 * How often what happens, to each offering on its own: more often than to a good provider in real life, so that
 * 42 minutes hold enough of it to tell strategies apart.
 */
export const INCIDENT_RATES = {
  /** An outage in 45 minutes, 1 to 4 minutes long; every other one hangs instead of refusing. */
  outage: { everyMs: 45 * MINUTE, shortestMs: MINUTE, longestMs: 4 * MINUTE },
  /** A burst of errors in 12 minutes, 20 s to 90 s long, on 10 to 60 % of calls. */
  errors: { everyMs: 12 * MINUTE, shortestMs: 20_000, longestMs: 90_000 },
  /** A rate limit that is reached in 20 minutes, for 10 s to 40 s; it asks to wait for 5 s. */
  limits: { everyMs: 20 * MINUTE, shortestMs: 10_000, longestMs: 40_000 },
  /** Slow in 10 minutes, 30 s to 120 s long, 2 to 5 times. */
  slow: { everyMs: 10 * MINUTE, shortestMs: 30_000, longestMs: 120_000 },
} as const;

/** What goes wrong at one offering until then; the same for the same seed. */
export const drawIncidents = (seed: number, offering: number, untilMs: number): readonly Incident[] => {
  const incidents: Incident[] = [];
  const draw = (
    kind: number,
    rates: { readonly everyMs: number; readonly shortestMs: number; readonly longestMs: number },
    incidentOf: (from: number, to: number, share: number) => Incident,
  ): void => {
    const random = createRandom(seedOf(seed, offering, kind));
    for (let at = random.exponential(rates.everyMs); at < untilMs; at += random.exponential(rates.everyMs)) {
      const to = at + rates.shortestMs + random.next() * (rates.longestMs - rates.shortestMs);
      incidents.push(incidentOf(at, to, random.next()));
      at = to;
    }
  };
  draw(1, INCIDENT_RATES.outage, (from, to, share) => ({
    kind: share < 0.5 ? 'REFUSES' : 'HANGS',
    from,
    to,
  }));
  draw(2, INCIDENT_RATES.errors, (from, to, share) => ({ kind: 'ERRS', from, to, rate: 0.1 + share / 2 }));
  draw(3, INCIDENT_RATES.limits, (from, to) => ({ kind: 'LIMITS', from, to, retryAfterMs: 5_000 }));
  draw(4, INCIDENT_RATES.slow, (from, to, share) => ({ kind: 'SLOW', from, to, factor: 2 + 3 * share }));
  return incidents;
};
