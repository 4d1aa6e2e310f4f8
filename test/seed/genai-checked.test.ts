import { waitForUpdate } from '@pydantic/genai-prices';
import { expect, it } from 'vitest';
import { checkedDays } from '../../.ci/seed/genai-checked.ts';
import { loadCheckedDays, withCheckedDays } from '../../src/catalogue/shipped/genai-checked.ts';
import { convertGenaiPrices } from '../../src/price-lists/genai-prices/convert-list.ts';

it('takes the day of an entry only if its prices are those that were checked', () => {
  const repository = [
    {
      id: 'lab',
      models: [
        { id: 'same', prices: { output_mtok: 2, input_mtok: 1 }, prices_checked: '2025-07-12' },
        {
          id: 'dated',
          prices: [
            { prices: { input_mtok: 1 } },
            { constraint: { start_date: new Date('2026-01-01') }, prices: { input_mtok: 2 } },
          ],
          prices_checked: new Date('2026-02-03'),
        },
        { id: 'changed', prices: { input_mtok: 1 }, prices_checked: '2025-07-12' },
        { id: 'unchecked', prices: { input_mtok: 1 } },
      ],
    },
  ];
  const published = [
    {
      id: 'lab',
      models: [
        { id: 'same', prices: { input_mtok: 1, output_mtok: 2 } },
        {
          id: 'dated',
          prices: [
            { constraint: undefined, prices: { input_mtok: 1 } },
            { constraint: { type: 'start_date', start_date: '2026-01-01' }, prices: { input_mtok: 2 } },
          ],
        },
        { id: 'changed', prices: { input_mtok: 3 } },
        { id: 'unchecked', prices: { input_mtok: 1 } },
      ],
    },
  ];
  const days = checkedDays(repository, published, 'abc');
  expect(days).toEqual({
    commit: 'abc',
    checked: { lab: { '2025-07-12': ['same'], '2026-02-03': ['dated'] } },
  });
  const [lab] = withCheckedDays(published, days);
  expect(lab?.models.map(({ id, prices_checked }) => [id, prices_checked])).toEqual([
    ['same', '2025-07-12'],
    ['dated', '2026-02-03'],
    ['changed', undefined],
    ['unchecked', undefined],
  ]);
});

// github.com/pydantic/genai-prices, prices/providers/deepseek.yml: prices_checked: 2025-07-12
it('dates what was last checked in July 2025 to that day', async () => {
  const list = withCheckedDays((await waitForUpdate()) ?? [], await loadCheckedDays());
  const { reading } = convertGenaiPrices(list);
  const chat = reading.offerings.find(
    ({ providerId, providerModelId }) => providerId === 'deepseek' && providerModelId === 'deepseek-chat',
  );
  expect(chat?.prices.map(({ checkedAt }) => checkedAt?.slice(0, 10))).toEqual(
    chat?.prices.map(() => '2025-07-12'),
  );
});
