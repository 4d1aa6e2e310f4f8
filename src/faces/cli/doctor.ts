import type { Failure } from '../../domain/failure.ts';
import type { ProviderInfo } from '../../domain/provider.ts';

/** A provider as the doctor examines it. */
export type ProviderCheck = {
  readonly info: ProviderInfo;
  /** Environment variables that its key may come from; empty where it needs none. */
  readonly keyVariables: readonly string[];
  /** The provider's names of the models that are known or configured here, the cheapest to ask first. */
  readonly models: readonly string[];
  /** Those of them that the operator wrote into the config file, in that order. */
  readonly configured: readonly string[];
  /** The proxy that it is called through, with the setting that names it and without credentials; absent: none. */
  readonly proxy?: string;
  /** What to do where no server answers, if more is known of it than that. */
  readonly networkAdvice?: string;
  /** Absent where it is off. */
  readonly probe?: {
    listModels(): Promise<
      | { readonly kind: 'LISTED'; readonly ids: readonly string[] }
      | { readonly kind: 'NOT_OFFERED' }
      | { readonly kind: 'FAILED'; readonly failure: Failure }
    >;
    complete(
      providerModelId: string,
    ): Promise<
      | { readonly kind: 'ANSWERED'; readonly totalMs: number }
      | { readonly kind: 'FAILED'; readonly failure: Failure }
    >;
  };
};

export type CheckOptions = {
  /** Send one tiny completion, which costs. */
  readonly call: boolean;
  /** The provider's name of the model to ask; absent: the cheapest. */
  readonly model?: string;
};

/** A failure as it is reported: never with a credential. */
export type ReportedFailure = Pick<Failure, 'code' | 'message' | 'status' | 'providerMessage'>;

/** What was found. UNCHECKED: it is on, but has no list of models and was not called. */
export type Finding = {
  readonly provider: string;
  readonly state: 'OK' | 'FAILED' | 'OFF' | 'UNCHECKED';
  /** The proxy that it was called through, and the setting that names it; absent: none. */
  readonly proxy?: string;
  /** Of its list of models: how many it has, and how many of those that are known here are among them. */
  readonly list?: { readonly models: number; readonly known: number; readonly ofKnown: number };
  /** Configured models that its list does not have. */
  readonly notListed: readonly string[];
  readonly call?: { readonly model: string; readonly totalMs?: number };
  readonly failure?: ReportedFailure;
  /** What to do; empty where nothing is. */
  readonly advice: readonly string[];
};

const reportedFailure = (failure: Failure): ReportedFailure => ({
  code: failure.code,
  message: failure.adminMessage ?? failure.message,
  ...(failure.status !== undefined && { status: failure.status }),
  ...(failure.providerMessage !== undefined && { providerMessage: failure.providerMessage }),
});

const adviceFor = ({ code, status }: Failure, { keyVariables, networkAdvice }: ProviderCheck): string => {
  const key = keyVariables.length > 0 ? keyVariables.join(' or ') : 'its apiKey in the config file';
  switch (code) {
    case 'AUTHENTICATION':
      return `check ${key}: the provider does not take the key`;
    case 'PERMISSION':
      return `give the key the right to do this, or set ${key} to another`;
    case 'QUOTA_EXHAUSTED':
      return 'add credit to the account, or raise its limit';
    case 'RATE_LIMITED':
    case 'OVERLOADED':
      return 'the key works; try again later';
    case 'MODEL_NOT_FOUND':
      return 'name a model that the key may use with --model, and check the baseUrl';
    case 'TIMEOUT':
    case 'TRUNCATED':
    case 'CANCELLED':
    case 'STOPPED':
    case 'INTERNAL':
      return networkAdvice ?? 'check the network, and a proxy on the way';
    case 'PROXY_REFUSED':
      return 'put the proxy right, or set another for this provider in the config file (proxy: none for no proxy)';
    case 'PROXY_ERROR':
      return 'check the proxy, and whether it reaches the baseUrl, or set another for this provider in the config file (proxy: none for no proxy)';
    case 'SERVER_ERROR':
      return status === undefined
        ? (networkAdvice ?? 'check the baseUrl, the network and the firewall')
        : 'check the baseUrl; if it is right, try again later';
    case 'INVALID_REQUEST':
    case 'CONTEXT_LENGTH_EXCEEDED':
    case 'CONTENT_FILTERED':
    case 'UNSUPPORTED':
    // Nothing is checked of an answer to the doctor.
    case 'CHECK_FAILED':
      return 'name another model with --model';
  }
};

/** Whether the list of models is not where it was looked for. */
const isMissing = ({ status }: Failure): boolean => status === 404 || status === 405;

const listAdviceFor = (failure: Failure, check: ProviderCheck): string =>
  isMissing(failure)
    ? 'check the baseUrl; if it is right, --call shows whether it works without a list'
    : adviceFor(failure, check);

const failedWith = (failure: Failure, advice: string, found: Omit<Finding, 'state'>): Finding => ({
  ...found,
  state: 'FAILED',
  failure: reportedFailure(failure),
  advice: [...found.advice, advice],
});

/** Of models that nobody named: some that are known are no longer served. */
const MOST_TRIES = 3;

type Probe = NonNullable<ProviderCheck['probe']>;

/** Asks the models in turn until one is there. `names` has at least one. */
const callOne = async (probe: Probe, [model, ...others]: readonly [string, ...string[]]) => {
  let asked = model;
  let answer = await probe.complete(asked);
  for (const other of others) {
    if (answer.kind !== 'FAILED' || answer.failure.code !== 'MODEL_NOT_FOUND') break;
    asked = other;
    answer = await probe.complete(asked);
  }
  return { model: asked, answer };
};

/** Examines one provider. Never rejects. */
export const checkProvider = async (check: ProviderCheck, options: CheckOptions): Promise<Finding> => {
  const { info, models, configured, probe, proxy } = check;
  const found = { provider: info.id, ...(proxy !== undefined && { proxy }), notListed: [], advice: [] };
  if (probe === undefined || info.status.kind === 'OFF') {
    const advice = info.status.kind === 'OFF' ? [info.status.inFull ?? info.status.reason] : [];
    return { ...found, state: 'OFF', advice };
  }
  const list = await probe.listModels();
  if (list.kind === 'FAILED' && !(options.call && info.completes && isMissing(list.failure)))
    return failedWith(list.failure, listAdviceFor(list.failure, check), found);
  const ids = list.kind === 'LISTED' ? new Set(list.ids) : undefined;
  const notListed = ids === undefined ? [] : configured.filter((name) => !ids.has(name));
  const listed: Omit<Finding, 'state'> = {
    ...found,
    notListed,
    ...(ids !== undefined && {
      list: {
        models: ids.size,
        known: models.filter((name) => ids.has(name)).length,
        ofKnown: models.length,
      },
    }),
    advice: notListed.length === 0 ? [] : [`its list has no ${notListed.join(', ')}: check the names`],
  };
  const isReachable = ids !== undefined;
  if (!options.call || !info.completes) {
    const more = isReachable
      ? []
      : [info.completes ? 'it has no list of models: use --call' : 'it has no list of models'];
    return {
      ...listed,
      state: isReachable ? 'OK' : 'UNCHECKED',
      advice: [...listed.advice, ...more],
    };
  }
  const isCallable = (name: string): boolean => ids?.has(name) ?? true;
  const named = options.model ?? configured.find(isCallable);
  const [first, ...others] = named === undefined ? models.filter(isCallable).slice(0, MOST_TRIES) : [named];
  if (first === undefined && list.kind === 'FAILED')
    return failedWith(list.failure, 'check the baseUrl, or name a model with --model', found);
  if (first === undefined)
    return { ...listed, state: 'UNCHECKED', advice: [...listed.advice, 'name a model with --model'] };
  const { model, answer } = await callOne(probe, [first, ...others]);
  return answer.kind === 'FAILED'
    ? failedWith(answer.failure, adviceFor(answer.failure, check), { ...listed, call: { model } })
    : { ...listed, state: 'OK', call: { model, totalMs: Math.round(answer.totalMs) } };
};
