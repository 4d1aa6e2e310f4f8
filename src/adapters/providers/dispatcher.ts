import { Agent, type Dispatcher } from 'undici';
import { CONNECT_TIMEOUT_MS } from '../network-problem.ts';

/** How every connection with a provider or another server that is called is kept, through a proxy or straight. */
export const AGENT_OPTIONS = {
  // HTTP/1.1 on purpose: a completion is one long answer, and with a socket of its own a slow reader holds
  // back nobody else, a lost packet stalls one stream, and cancelling really closes a connection. On HTTP/2
  // all streams to a provider would share one window and one TCP connection.
  allowH2: false,
  // Sockets per origin. A call beyond it would wait unseen, so it lies above what one process can serve;
  // its purpose is to stop a runaway before the process is out of file descriptors.
  connections: 4096,
  pipelining: 1,
  // Below the 60 s after which common load balancers drop an idle connection, so that a request is rarely
  // sent into one that is closing; a shorter time that the server states wins.
  keepAliveTimeout: 30_000,
  keepAliveMaxTimeout: 120_000,
  // Each call has limits of its own, which a consumer that reads slowly does not use up.
  headersTimeout: 0,
  bodyTimeout: 0,
} as const;

/**
 * Straight to whatever is called. It follows no redirect: that would hand the provider's key to a host that nobody
 * configured. Close it on shutdown.
 */
export const createDispatcher = (): Dispatcher =>
  new Agent({ ...AGENT_OPTIONS, connect: { timeout: CONNECT_TIMEOUT_MS } });
