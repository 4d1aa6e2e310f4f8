import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { isIP } from 'node:net';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

type Address = { readonly host: string; readonly port: number };

const ASK_MS = 3_000;

/** What our `/health` answers; other programs answer otherwise, or not at all. */
const OwnHealth = z.strictObject({ status: z.enum(['ok', 'starting', 'stopping']) });

/** In a row of /proc/net/tcp: of a socket that listens. */
const LISTENING = '0A';

/** The process that listens on a port, on Linux and as far as this user may know; undefined if it cannot be known. */
const listeningProcess = (port: number): number | undefined => {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  const links = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((cells) => cells[1]?.endsWith(`:${hexPort}`) && cells[3] === LISTENING)
      .map((cells) => `socket:[${cells[9]}]`),
  );
  if (links.length === 0) return undefined;
  const holds = (pid: string): boolean => {
    try {
      return readdirSync(`/proc/${pid}/fd`).some((fd) => {
        try {
          return links.includes(readlinkSync(`/proc/${pid}/fd/${fd}`));
        } catch {
          return false;
        }
      });
    } catch {
      // Of another user, or ended.
      return false;
    }
  };
  const pid = readdirSync('/proc').find((name) => /^\d+$/.test(name) && holds(name));
  return pid === undefined ? undefined : Number(pid);
};

const processOn = (port: number): number | undefined => {
  try {
    return listeningProcess(port);
  } catch {
    return undefined;
  }
};

const localHost = (host: string): string => {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host;
};

/** What is answered to GET. By an agent of its own, as Node's go through a proxy where NODE_USE_ENV_PROXY is set. */
const answerOf = (address: Address, path: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const agent = new Agent();
    const asked = get({ ...address, path, agent, signal: AbortSignal.timeout(ASK_MS) }, (response) => {
      text(response).then(resolve, reject);
    });
    asked.on('error', reject);
  });

const isModelgraph = async ({ host, port }: Address): Promise<boolean> => {
  try {
    const answer: unknown = JSON.parse(await answerOf({ host: localHost(host), port }, '/health'));
    return OwnHealth.safeParse(answer).success;
  } catch {
    return false;
  }
};

/** Addresses of web pages, and those in brackets, are taken for host names. */
const addressAdvice = (host: string): string => {
  const bare = /^\[(.+)\]$/.exec(host)?.[1];
  return bare !== undefined && isIP(bare) === 6
    ? `Set --host or HOST to ${bare}, without brackets.`
    : 'Set --host or HOST to an address alone: 127.0.0.1 for this machine, 0.0.0.0 for all others as well.';
};

/** Why a port cannot be listened on, who has it as far as can be known, and what to do. */
export const listenProblem = async (error: NodeJS.ErrnoException, address: Address): Promise<string> => {
  const { host, port } = address;
  switch (error.code) {
    case 'EADDRINUSE': {
      const who = (await isModelgraph(address)) ? 'Another modelgraph server' : 'Another program';
      const pid = processOn(port);
      const named = pid === undefined ? who : `${who} (process ${pid})`;
      return `${named} listens on port ${port} of ${host}. Stop that one, or choose another with --port or PORT (0 takes any free one).`;
    }
    case 'EACCES':
      return `This user may not listen on port ${port} of ${host}. Choose one above 1023 with --port or PORT.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${host} is no address of this machine. ${addressAdvice(host)}`;
    case 'EINVAL':
      if (isIP(host) === 6 && /^fe[89ab]/i.test(host) && !host.includes('%'))
        return `${host} needs the name of its network interface: choose ${host}%eth0, or what yours is called, with --host or HOST.`;
      return `Cannot listen on port ${port} of ${host}: ${error.message}`;
    default:
      return `Cannot listen on port ${port} of ${host}: ${error.message}`;
  }
};
