import { expect, it, onTestFinished } from 'vitest';
import { usedDataFolder } from '../support/data-folder.ts';
import { judgeKills, killRounds } from '../support/kill-rounds.ts';

it('records each request once, however often the server is killed under load', async () => {
  const folder = await usedDataFolder();
  onTestFinished(folder.remove);
  const rounds = await killRounds({
    kills: 2,
    perSecond: 100,
    requests: 60,
    store: { kind: 'embedded', dataDir: folder.path },
    server: { dataDir: folder.path },
  });
  const { lost, doubled, unlike, asked, rows, unsent } = judgeKills(rounds);
  expect({ lost, doubled, unlike }).toEqual({ lost: [], doubled: [], unlike: [] });
  expect(asked).toBeGreaterThan(100);
  expect(rows).toBe(asked + unsent);
}, 180_000);
