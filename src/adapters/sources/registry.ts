import type { CatalogueSource } from '../../ports/catalogue-source.ts';
import { aider } from './aider.ts';
import { arena } from './arena.ts';
import { artificialAnalysis } from './artificial-analysis.ts';
import { deepinfra } from './deepinfra.ts';
import { ecb } from './ecb.ts';
import { epoch } from './epoch.ts';
import { frankfurter } from './frankfurter.ts';
import { genaiPrices } from './genai-prices.ts';
import { huggingfaceRouter } from './huggingface.ts';
import { litellm } from './litellm.ts';
import { modelsDev } from './models-dev.ts';
import { openrouter } from './openrouter.ts';
import { portkey } from './portkey.ts';
import { together } from './together.ts';
import { vercelGateway } from './vercel.ts';

/** Every public list that can be read; those that are opt-in last. */
export const CATALOGUE_SOURCES: readonly CatalogueSource[] = [
  genaiPrices,
  modelsDev,
  litellm,
  portkey,
  huggingfaceRouter,
  vercelGateway,
  aider,
  ecb,
  frankfurter,
  openrouter,
  epoch,
  arena,
  artificialAnalysis,
  together,
  deepinfra,
];

/** Undefined for an id that no list has. */
export const catalogueSource = (id: string): CatalogueSource | undefined =>
  CATALOGUE_SOURCES.find((source) => source.id === id);
