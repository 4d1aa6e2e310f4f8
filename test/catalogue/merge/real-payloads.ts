import { configureProviders } from '../../../src/adapters/providers/configure-providers.ts';
import { createDispatcher } from '../../../src/adapters/providers/dispatcher.ts';
import { aider } from '../../../src/adapters/sources/aider.ts';
import { genaiPrices } from '../../../src/adapters/sources/genai-prices.ts';
import { litellm } from '../../../src/adapters/sources/litellm.ts';
import { modelsDev } from '../../../src/adapters/sources/models-dev.ts';
import { openrouter } from '../../../src/adapters/sources/openrouter.ts';
import { portkey } from '../../../src/adapters/sources/portkey.ts';
import type { CatalogueProvider } from '../../../src/catalogue/build-catalogue.ts';
import type { CatalogueSource, DatedReading } from '../../../src/ports/catalogue-source.ts';
import { liveBodies, sampleText } from '../../support/catalogue-samples.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { recordedLog } from '../../support/recorded-log.ts';

/** When the samples were collected. */
export const COLLECTED = new Date('2026-11-23T00:00:00Z');

const read = (source: CatalogueSource, bodies: { readonly [name: string]: string }): DatedReading => ({
  sourceId: source.id,
  sourceUrl: source.pageUrl,
  observedAt: COLLECTED,
  checkedAt: COLLECTED,
  reading: source.parse(bodies),
});

/** What every source of which there is a sample says, read as it is read when a server runs. */
export const realReadings = (): readonly DatedReading[] => [
  read(genaiPrices, liveBodies.genaiPrices()),
  read(modelsDev, liveBodies.modelsDev()),
  read(litellm, liveBodies.litellm()),
  read(portkey, liveBodies.portkey()),
  read(aider, liveBodies.aider()),
  read(openrouter, { models: sampleText('openrouter-models-sample.json') }),
];

/** Those that a server without any configuration has. */
export const knownProviders = async (): Promise<readonly CatalogueProvider[]> => {
  const dispatcher = createDispatcher();
  try {
    const nothing = { secret: () => undefined, variable: () => undefined };
    const dependencies = { dispatcher, log: recordedLog(), clock: createFakeClock() };
    return (await configureProviders([], nothing, dependencies)).listed;
  } finally {
    await dispatcher.destroy();
  }
};
