import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

/** A span as it was exported, its attributes as plain values. */
export type ReceivedSpan = {
  readonly name: string;
  readonly kind: 'INTERNAL' | 'SERVER' | 'CLIENT' | 'OTHER';
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly durationMs: number;
  readonly isError: boolean;
  readonly message: string | undefined;
  readonly attributes: Attributes;
};

export type ReceivedPoint = {
  readonly metric: string;
  readonly unit: string;
  readonly count: number;
  readonly sum: number;
  readonly attributes: Attributes;
};

type Attributes = { readonly [name: string]: unknown };
type Post = {
  readonly path: string;
  readonly contentType: string;
  readonly headers: { readonly [name: string]: string | string[] | undefined };
  readonly bytes: Buffer;
};

/** A collector that takes OTLP over HTTP and keeps it; reads JSON alone. */
export type OtlpReceiver = {
  readonly url: string;
  readonly posts: readonly Post[];
  spans(): readonly ReceivedSpan[];
  /** The latest export of metrics. */
  points(): readonly ReceivedPoint[];
  /** Resolves with what `find` finds, once it finds something. */
  until<Found>(find: () => Found | undefined): Promise<Found>;
  /** Answers nothing from now on; resolves when something has come. */
  hold(): Promise<void>;
  /** Answers with this status from now on. */
  answer(status: number): void;
  stop(): Promise<void>;
};

const KINDS: { readonly [kind: number]: ReceivedSpan['kind'] } = { 1: 'INTERNAL', 2: 'SERVER', 3: 'CLIENT' };

// biome-ignore-start lint/suspicious/noExplicitAny: OTLP's JSON is read as it comes
const plainValue = (value: any): unknown => {
  if (value.intValue !== undefined) return Number(value.intValue);
  if (value.arrayValue !== undefined) return value.arrayValue.values.map(plainValue);
  return value.stringValue ?? value.doubleValue ?? value.boolValue;
};
const attributesOf = (list: any[] = []): Attributes =>
  Object.fromEntries(list.map(({ key, value }) => [key, plainValue(value)]));

const spansIn = (body: any): ReceivedSpan[] =>
  (body.resourceSpans ?? []).flatMap(({ scopeSpans }: any) =>
    scopeSpans.flatMap(({ spans }: any) =>
      spans.map((span: any) => ({
        name: span.name,
        kind: KINDS[span.kind] ?? 'OTHER',
        traceId: span.traceId,
        spanId: span.spanId,
        parentSpanId: span.parentSpanId || undefined,
        durationMs: Number(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)) / 1e6,
        isError: span.status?.code === 2,
        message: span.status?.message,
        attributes: attributesOf(span.attributes),
      })),
    ),
  );
const pointsIn = (body: any): ReceivedPoint[] =>
  (body.resourceMetrics ?? []).flatMap(({ scopeMetrics }: any) =>
    scopeMetrics.flatMap(({ metrics }: any) =>
      metrics.flatMap(({ name, unit, histogram }: any) =>
        (histogram?.dataPoints ?? []).map((point: any) => ({
          metric: name,
          unit,
          count: Number(point.count),
          sum: point.sum,
          attributes: attributesOf(point.attributes),
        })),
      ),
    ),
  );
// biome-ignore-end lint/suspicious/noExplicitAny: OTLP's JSON is read as it comes

export const startOtlpReceiver = async (): Promise<OtlpReceiver> => {
  const posts: Post[] = [];
  const looking = new Set<() => void>();
  let status = 200;
  let held: (() => void) | undefined;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const sent = Buffer.concat(chunks);
      const contentType = request.headers['content-type'] ?? '';
      const bytes = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
      posts.push({ path: request.url ?? '', contentType, headers: request.headers, bytes });
      if (held !== undefined) return held();
      response.writeHead(status, { 'content-type': contentType });
      response.end(contentType.includes('json') ? '{}' : '');
      for (const look of looking) look();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const bodies = (path: string): unknown[] =>
    posts
      .filter((post) => post.path === path && post.contentType.includes('json'))
      .map(({ bytes }) => JSON.parse(bytes.toString('utf8')));

  return {
    url: `http://127.0.0.1:${port}`,
    posts,
    spans: () => bodies('/v1/traces').flatMap(spansIn),
    points: () => bodies('/v1/metrics').slice(-1).flatMap(pointsIn),
    until: (find) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = find();
          if (found === undefined) return;
          looking.delete(look);
          resolve(found);
        };
        looking.add(look);
        look();
      }),
    hold: () =>
      new Promise((resolve) => {
        held = resolve;
      }),
    answer(given) {
      status = given;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
