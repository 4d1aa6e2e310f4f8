import { describe, expect, it } from 'vitest';
import { readOtelSettings } from '../../../src/adapters/telemetry/otel-settings.ts';

const read = (variables: { readonly [name: string]: string }) => {
  const problems: string[] = [];
  const settings = readOtelSettings(
    (name) => variables[name],
    (problem) => problems.push(problem),
  );
  return { settings, problems };
};
const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/base/' };

describe("OpenTelemetry's standard variables", () => {
  it.each([
    ['nothing is set', {}],
    ['all is switched off', { ...ENDPOINT, OTEL_SDK_DISABLED: 'TRUE' }],
    ['no exporter is wanted', { ...ENDPOINT, OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none' }],
    ['only a name is set', { OTEL_SERVICE_NAME: 'x', OTEL_TRACES_SAMPLER: 'always_on' }],
  ])('off: %s', (_, variables) => {
    expect(read(variables)).toEqual({ settings: undefined, problems: [] });
  });

  it('an endpoint turns traces and measurements on, each at its own path', () => {
    const { settings, problems } = read(ENDPOINT);
    expect(problems).toEqual([]);
    expect(settings).toMatchObject({
      traces: {
        console: false,
        otlp: { url: 'http://collector:4318/base/v1/traces', protocol: 'http/protobuf' },
      },
      metrics: { otlp: { url: 'http://collector:4318/base/v1/metrics', timeoutMs: 10_000 } },
      sampler: { root: 'ALL', isParentBased: true },
      resource: { 'service.name': 'modelgraph' },
      propagates: true,
      capturesContent: false,
      temporality: 'cumulative',
    });
  });

  it('an exporter that is asked for needs no endpoint', () => {
    expect(read({ OTEL_TRACES_EXPORTER: 'otlp' }).settings).toMatchObject({
      traces: { otlp: { url: 'http://localhost:4318/v1/traces' } },
      metrics: undefined,
    });
    expect(read({ OTEL_TRACES_EXPORTER: 'console' }).settings).toMatchObject({ traces: { console: true } });
  });

  it('what is said of one signal wins for it', () => {
    const { settings } = read({
      ...ENDPOINT,
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://traces/at/this/path',
      OTEL_EXPORTER_OTLP_HEADERS: 'a=1, b = x%20y ,=,c',
      OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'a=2',
      OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_TIMEOUT: '500',
      OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: 'gzip',
    });
    expect(settings?.traces?.otlp).toEqual({
      url: 'https://traces/at/this/path',
      protocol: 'http/protobuf',
      headers: { a: '2', b: 'x y' },
      timeoutMs: 500,
      isCompressed: true,
    });
    expect(settings?.metrics?.otlp).toMatchObject({
      url: 'http://collector:4318/base/v1/metrics',
      protocol: 'http/json',
      headers: { a: '1', b: 'x y' },
      isCompressed: false,
    });
  });

  it('a name wins over the one among the attributes', () => {
    const attributes = { OTEL_RESOURCE_ATTRIBUTES: 'service.name=a,team=x%2Cy' };
    expect(read({ ...ENDPOINT, ...attributes }).settings?.resource).toEqual({
      'service.name': 'a',
      team: 'x,y',
    });
    expect(
      read({ ...ENDPOINT, ...attributes, OTEL_SERVICE_NAME: 'b' }).settings?.resource['service.name'],
    ).toBe('b');
  });

  it.each([
    ['always_off', undefined, { root: 'NONE', isParentBased: false }],
    ['parentbased_always_off', undefined, { root: 'NONE', isParentBased: true }],
    ['traceidratio', '0.25', { root: { ratio: 0.25 }, isParentBased: false }],
    ['parentbased_traceidratio', undefined, { root: { ratio: 1 }, isParentBased: true }],
  ])('sampler %s %s', (sampler, arg, expected) => {
    const { settings, problems } = read({
      ...ENDPOINT,
      OTEL_TRACES_SAMPLER: sampler,
      ...(arg !== undefined && { OTEL_TRACES_SAMPLER_ARG: arg }),
    });
    expect(problems).toEqual([]);
    expect(settings?.sampler).toEqual(expected);
  });

  it.each([
    ['OTEL_TRACES_SAMPLER', 'xray', /OTEL_TRACES_SAMPLER takes/, 'traces'],
    ['OTEL_BSP_SCHEDULE_DELAY', 'soon', /OTEL_BSP_SCHEDULE_DELAY takes a whole number/, 'traces'],
    ['OTEL_EXPORTER_OTLP_TIMEOUT', '0', /OTEL_EXPORTER_OTLP_TIMEOUT takes a whole number/, 'traces'],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc', /takes http\/protobuf or http\/json/, undefined],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318', /is no http\(s\) address/, undefined],
    ['OTEL_TRACES_EXPORTER', 'zipkin', /takes otlp, console and none, not "zipkin"/, undefined],
  ] as const)('%s=%s is told of and done without', (name, value, problem, still) => {
    const { settings, problems } = read({ ...ENDPOINT, [name]: value });
    expect(problems[0]).toMatch(problem);
    if (still === undefined) expect(settings?.traces).toBeUndefined();
    else expect(settings?.[still]).toBeDefined();
  });
});
