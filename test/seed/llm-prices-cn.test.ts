import { expect, it } from 'vitest';
import { loadShippedList } from '../../src/catalogue/shipped/load-shipped-lists.ts';
import { readShippedList } from '../../src/catalogue/shipped/shipped-list.ts';

const { reading } = readShippedList(await loadShippedList('llm-prices-cn'));
const rates = (id: string): readonly string[] =>
  reading.offerings
    .filter(({ providerId, providerModelId }) => `${providerId}/${providerModelId}` === id)
    .flatMap(({ prices }) =>
      prices.map(({ meter, amount, currency, conditions: { promptTokens }, checkedAt }) =>
        [
          `${amount} ${currency} ${meter.direction} ${meter.tokenType}`,
          ...(promptTokens === undefined ? [] : [`${promptTokens.from}..${promptTokens.to ?? ''}`]),
          checkedAt?.slice(0, 10),
        ].join(' '),
      ),
    );

// open.bigmodel.cn/pricing and help.aliyun.com/zh/model-studio/model-pricing as of 2026-08-22.
it('is in yuan, by tiers and with the day on which each row was checked', () => {
  expect(rates('zhipu/glm-5.2')).toEqual(['8 CNY INPUT PLAIN 2026-08-22', '28 CNY OUTPUT PLAIN 2026-08-22']);
  expect(rates('dashscope-cn/qwen3-max')).toEqual([
    '2.5 CNY INPUT PLAIN 0..32001 2026-08-22',
    '10 CNY OUTPUT PLAIN 0..32001 2026-08-22',
    '4 CNY INPUT PLAIN 32001..128001 2026-08-22',
    '16 CNY OUTPUT PLAIN 32001..128001 2026-08-22',
    '7 CNY INPUT PLAIN 128001.. 2026-08-22',
    '28 CNY OUTPUT PLAIN 128001.. 2026-08-22',
  ]);
  expect(rates('moonshot-cn/kimi-k3')).toEqual([
    '20 CNY INPUT PLAIN 2026-08-22',
    '100 CNY OUTPUT PLAIN 2026-08-22',
    '2 CNY INPUT CACHE_READ 2026-08-22',
  ]);
  expect(rates('qianfan/ernie-x1-turbo-32k')).toContain('1 CNY INPUT PLAIN 2026-06-05');
});
