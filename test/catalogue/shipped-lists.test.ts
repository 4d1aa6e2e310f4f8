import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadShippedList, SHIPPED_LISTS } from '../../src/catalogue/shipped/load-shipped-lists.ts';
import { meterOfWord, readShippedList } from '../../src/catalogue/shipped/shipped-list.ts';

const NOTICE = readFileSync(new URL('../../src/catalogue/seed-data/NOTICE.md', import.meta.url), 'utf8');

describe.each(SHIPPED_LISTS)('the shipped list %s', async (name) => {
  const list = await loadShippedList(name);
  const { reading, edition } = readShippedList(list);

  it('has a licence and a page for whoever checks it', () => {
    expect(list.source).toBe(name);
    expect(['MIT', 'CC-BY-4.0', 'CC0-1.0', 'MIT AND CC-BY-4.0', 'CC0-1.0 AND CC-BY-4.0']).toContain(
      edition?.licence,
    );
    if (edition?.licence.includes('CC-BY')) expect(edition.attribution).toBeDefined();
    expect(list.pageUrl).toMatch(/^https:/);
    expect(list.publishedAt).toMatch(/^2026-\d\d-\d\dT/);
  });

  it('is named in the notice that is shipped with it', () => {
    expect(NOTICE).toContain(`\`${name}.json\``);
  });

  it('lists each provider and each of its offerings once', () => {
    const ids = reading.offerings.map(({ providerId, providerModelId }) =>
      `${providerId}/${providerModelId}`.toLowerCase(),
    );
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    const pages = list.providers.map(({ id, url }) => `${id} ${url}`);
    expect(new Set(pages).size).toBe(pages.length);
  });

  it('states exact amounts above zero, each once for the same conditions', () => {
    for (const { providerId, providerModelId, prices } of reading.offerings) {
      const rates = prices.map(
        ({ meter, currency, serviceTier, conditions, billing, effectiveFrom, effectiveTo }) =>
          JSON.stringify([meter, currency, serviceTier, conditions, billing, effectiveFrom, effectiveTo]),
      );
      expect(new Set(rates).size, `${providerId}/${providerModelId}`).toBe(rates.length);
      for (const { amount } of prices) expect(amount).toMatch(/^(?:0\.\d*[1-9]\d*|[1-9]\d*(?:\.\d+)?)$/);
    }
  });
});

it('reads the attributes of a meter from its word', () => {
  expect(meterOfWord('images{quality=high,size=1024x1024}')).toEqual({
    family: 'IMAGES',
    direction: 'OUTPUT',
    modality: 'IMAGE',
    tokenType: 'PLAIN',
    attributes: { quality: 'high', size: '1024x1024' },
  });
  expect(() => meterOfWord('imges{quality=high}')).toThrow('no meter is called "imges{quality=high}"');
});
