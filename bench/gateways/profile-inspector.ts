import type { Process } from './processes.ts';

/** What must be among the flags of a process that is looked into; anything that can reach the port can run code there. */
export const INSPECT_FLAG = '--inspect=127.0.0.1:0';

export type Inspector = {
  readonly call: (method: string, params?: object) => Promise<object>;
  /** Hears what the process says by itself. */
  readonly on: (method: string, hear: (params: object) => void) => void;
  readonly close: () => void;
};

type Said = {
  readonly id?: number;
  readonly method?: string;
  readonly params?: object;
  readonly result?: object;
  readonly error?: { readonly message: string };
};

/** Talks to the inspector of a process that was started with `INSPECT_FLAG`. */
export const inspect = async (process: Process): Promise<Inspector> => {
  const address = /Debugger listening on (ws:\/\/\S+)/.exec(process.printed())?.[1];
  if (address === undefined) throw new Error(`the process was not started with ${INSPECT_FLAG}`);
  const socket = new WebSocket(address);
  const waiting = new Map<number, PromiseWithResolvers<object>>();
  const hearers = new Map<string, (params: object) => void>();
  let calls = 0;
  socket.addEventListener('message', ({ data }) => {
    const said: Said = JSON.parse(String(data));
    if (said.method !== undefined) hearers.get(said.method)?.(said.params ?? {});
    if (said.id === undefined) return;
    const call = waiting.get(said.id);
    waiting.delete(said.id);
    if (said.error !== undefined) call?.reject(new Error(said.error.message));
    else call?.resolve(said.result ?? {});
  });
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve());
    socket.addEventListener('error', () => reject(new Error(`the inspector at ${address} does not answer`)));
  });
  socket.addEventListener('close', () => {
    for (const call of waiting.values()) call.reject(new Error('the inspector was closed'));
    waiting.clear();
  });
  return {
    call: (method, params = {}) => {
      calls += 1;
      const call = Promise.withResolvers<object>();
      waiting.set(calls, call);
      socket.send(JSON.stringify({ id: calls, method, params }));
      return call.promise;
    },
    on: (method, hear) => void hearers.set(method, hear),
    close: () => socket.close(),
  };
};
