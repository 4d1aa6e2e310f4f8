import { readdir, readFile } from 'node:fs/promises';
import type { QualityReporter } from '../../domain/quality.ts';
import { type DatedReading, EMPTY_READING, type SourceScores } from '../../ports/catalogue-source.ts';

/** Name in the source's words, `lab/model`, setting or empty, score, day or empty, and a page other than the benchmark's. */
type Row = readonly [string, string, string, number, string, string?];
type Series = {
  readonly benchmark: string;
  readonly version?: string;
  readonly metric: string;
  readonly unit?: string;
  readonly lessIsBetter?: boolean;
  readonly maximum?: number;
  readonly reportedBy?: QualityReporter;
  readonly url: string;
  readonly rows: readonly Row[];
};
type List = {
  readonly source: string;
  readonly name: string;
  readonly url: string;
  /** SPDX id of the data. */
  readonly licence: string;
  readonly attribution?: string;
  /** Day of the newest row. */
  readonly publishedAt: string;
  readonly benchmarks: readonly Series[];
};

const FOLDER = new URL('../seed-data/quality/', import.meta.url);

const scoresOf = ({ rows, url, ...series }: Series): readonly SourceScores[] =>
  rows.map(([testedModel, slug, setting, score, date, page]) => ({
    identity: { slug },
    quality: [
      {
        ...series,
        score,
        testedModel,
        sourceUrl: page ?? url,
        ...(setting !== '' && { setting }),
        ...(date !== '' && { date }),
      },
    ],
  }));

const readList = async (file: string): Promise<DatedReading> => {
  const list: List = JSON.parse(await readFile(new URL(file, FOLDER), 'utf8'));
  const { source, name, url, licence, attribution, publishedAt, benchmarks } = list;
  const day = new Date(publishedAt);
  return {
    sourceId: source,
    sourceUrl: url,
    observedAt: day,
    checkedAt: day,
    edition: {
      name,
      version: publishedAt,
      licence,
      ...(attribution !== undefined && { attribution }),
      pageUrl: url,
    },
    reading: { ...EMPTY_READING, scores: benchmarks.flatMap(scoresOf) },
  };
};

/** The benchmark scores that come with this server, one reading for each publisher. */
export const loadQuality = async (): Promise<readonly DatedReading[]> =>
  Promise.all(
    (await readdir(FOLDER))
      .filter((file) => file.endsWith('.json'))
      .sort()
      .map(readList),
  );
