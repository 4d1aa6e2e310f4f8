/** Reads a CPU profile as V8 writes it. Shares are of the time that was not idle. */

type Frame = {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
};
type Node = { readonly id: number; readonly callFrame: Frame; readonly children?: readonly number[] };
/** Times are microseconds of the machine's monotonic clock. */
export type CpuProfile = {
  readonly startTime: number;
  readonly endTime: number;
  readonly nodes: readonly Node[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
};

/** What was sampled from one moment to another. */
export const between = (profile: CpuProfile, fromUs: number, toUs: number): CpuProfile => {
  let at = profile.startTime;
  const samples: number[] = [];
  const timeDeltas: number[] = [];
  profile.samples.forEach((sample, index) => {
    const delta = profile.timeDeltas[index] ?? 0;
    at += delta;
    if (at < fromUs || at > toUs) return;
    samples.push(sample);
    timeDeltas.push(samples.length === 1 ? at - fromUs : delta);
  });
  return { ...profile, startTime: fromUs, endTime: toUs, samples, timeDeltas };
};

export type Line = { readonly what: string; readonly ms: number; readonly share: number };

const IDLE = '(idle)';
const ROOT = new URL('../../', import.meta.url).href;

const placeOf = (url: string): string => (url.startsWith(ROOT) ? url.slice(ROOT.length) : url);
const nameOf = ({ functionName, url, lineNumber }: Frame): string => {
  const name = functionName === '' ? '(anonymous)' : functionName;
  return url === '' ? name : `${name}  ${placeOf(url)}:${lineNumber + 1}`;
};

/** Ours by folder, the packages' by package, and what is Node's own. */
const groupOf = ({ functionName, url }: Frame): string => {
  if (functionName === '(garbage collector)') return 'garbage collection';
  if (functionName === '(program)') return 'native, outside JavaScript';
  if (url.startsWith('node:')) return `node:${url.slice(5).split('/').slice(0, 2).join('/')}`;
  if (url === '') return 'native, called from JavaScript';
  const file = placeOf(url);
  const inPackages = file.split('node_modules/').at(-1);
  if (inPackages !== undefined && file.includes('node_modules/')) {
    const [scope = '', name = ''] = inPackages.split('/');
    return `package ${scope.startsWith('@') ? `${scope}/${name}` : scope}`;
  }
  return file.split('/').slice(0, 3).join('/');
};

/** Milliseconds that each node was on top of the stack. */
const selfTimes = ({ samples, timeDeltas }: CpuProfile): ReadonlyMap<number, number> => {
  const times = new Map<number, number>();
  samples.forEach((node, index) => {
    times.set(node, (times.get(node) ?? 0) + (timeDeltas[index] ?? 0) / 1_000);
  });
  return times;
};

const busyMs = (profile: CpuProfile, self: ReadonlyMap<number, number>): number =>
  profile.nodes.reduce(
    (sum, { id, callFrame }) => (callFrame.functionName === IDLE ? sum : sum + (self.get(id) ?? 0)),
    0,
  );

const sorted = (times: ReadonlyMap<string, number>, busy: number): readonly Line[] =>
  [...times]
    .map(([what, ms]) => ({ what, ms, share: ms / busy }))
    .toSorted((one, other) => other.ms - one.ms);

const selfBy = (profile: CpuProfile, keyOf: (frame: Frame) => string): readonly Line[] => {
  const self = selfTimes(profile);
  const times = new Map<string, number>();
  for (const { id, callFrame } of profile.nodes) {
    const ms = self.get(id) ?? 0;
    if (ms === 0 || callFrame.functionName === IDLE) continue;
    times.set(keyOf(callFrame), (times.get(keyOf(callFrame)) ?? 0) + ms);
  }
  return sorted(times, busyMs(profile, self));
};

export const selfByFunction = (profile: CpuProfile): readonly Line[] => selfBy(profile, nameOf);
export const selfByGroup = (profile: CpuProfile): readonly Line[] => selfBy(profile, groupOf);

/** Milliseconds of each node and of all that it calls. */
const totalTimes = (
  { nodes }: CpuProfile,
  self: ReadonlyMap<number, number>,
): { readonly totals: ReadonlyMap<number, number>; readonly parents: ReadonlyMap<number, Node> } => {
  const parents = new Map<number, Node>();
  for (const node of nodes) for (const child of node.children ?? []) parents.set(child, node);
  const totals = new Map(nodes.map(({ id }) => [id, self.get(id) ?? 0]));
  // Whoever calls is listed before what it calls.
  for (const { id } of nodes.toReversed()) {
    const parent = parents.get(id);
    if (parent !== undefined) totals.set(parent.id, (totals.get(parent.id) ?? 0) + (totals.get(id) ?? 0));
  }
  return { totals, parents };
};

/** With what they call, by function; one that calls itself is counted once. */
export const totalByFunction = (profile: CpuProfile): readonly Line[] => {
  const self = selfTimes(profile);
  const { totals, parents } = totalTimes(profile, self);
  const times = new Map<string, number>();
  for (const node of profile.nodes) {
    const name = nameOf(node.callFrame);
    let caller = parents.get(node.id);
    while (caller !== undefined && nameOf(caller.callFrame) !== name) caller = parents.get(caller.id);
    if (caller === undefined) times.set(name, (times.get(name) ?? 0) + (totals.get(node.id) ?? 0));
  }
  return sorted(times, busyMs(profile, self)).filter(({ what }) => what !== '(root)' && what !== IDLE);
};

/** The ways by which a function is reached, each as its callers from near to far, by the time spent beneath it there. */
export const callersOf = (profile: CpuProfile, functionName: string, depth = 6): readonly Line[] => {
  const self = selfTimes(profile);
  const { totals, parents } = totalTimes(profile, self);
  const times = new Map<string, number>();
  for (const node of profile.nodes) {
    if (node.callFrame.functionName !== functionName) continue;
    const way: string[] = [nameOf(node.callFrame)];
    let caller = parents.get(node.id);
    for (let n = 0; n < depth && caller !== undefined; n += 1) {
      way.push(nameOf(caller.callFrame));
      caller = parents.get(caller.id);
    }
    const key = way.join('\n        < ');
    times.set(key, (times.get(key) ?? 0) + (totals.get(node.id) ?? 0));
  }
  return sorted(times, busyMs(profile, self));
};
