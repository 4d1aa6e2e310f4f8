/** Builds the catalogue of a server for which nothing is configured, and keeps it where the first start of the bundle finds it. */
import { fileURLToPath } from 'node:url';
import { listProviders } from '../src/adapters/providers/configure-providers.ts';
import { catalogueFolder } from '../src/catalogue-file.ts';
import { openCatalogue } from '../src/open-catalogue.ts';

const nothing = { secret: () => undefined, variable: () => undefined };
const folder = catalogueFolder(fileURLToPath(new URL('../dist/server', import.meta.url)));
if (folder !== undefined) {
  const providers = await listProviders([], nothing);
  const { keep } = await openCatalogue({ providers, readings: [], readAt: new Date() }, { folder });
  await keep();
}
