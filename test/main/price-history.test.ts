import { expect, it } from 'vitest';
import { usedDataFolder } from '../support/data-folder.ts';
import { runCommand, startModelgraph } from '../support/modelgraph.ts';
import { tellsAPriceThatChangedBetweenTwoStarts } from './price-history-scenario.ts';

it('a price that changed between two starts is told by the graph and in the terminal', {
  timeout: 120_000,
}, async () => {
  const data = await usedDataFolder();
  await tellsAPriceThatChangedBetweenTwoStarts({ dataDir: data.path });
  data.remove();
});

it('the terminal says that a server has the store open', async () => {
  const data = await usedDataFolder();
  const server = await startModelgraph({ dataDir: data.path });
  const { code, stdout } = await runCommand(['prices', 'openai/gpt-4o-mini', '--history'], {
    dataDir: data.path,
  });
  expect(code).toBe(0);
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
    `No history: a server has the store in ${data.path} open. While a server runs, ask its graph for Offering.priceHistory.`,
  );
  await server.stop();
  data.remove();
});
