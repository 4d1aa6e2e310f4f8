import { Agent, type Dispatcher } from 'undici';

/** How long a TCP and TLS handshake with a provider may take. */
export const CONNECT_TIMEOUT_MS = 10_000;

/**
 * The one dispatcher that every provider call goes through. It follows no redirect and uses no proxy: either
 * would hand the provider's key to a host that nobody configured. Close it on shutdown.
 */
export const createDispatcher = (): Dispatcher =>
  new Agent({
    // HTTP/1.1 on purpose: a completion is one long answer, and with a socket of its own a slow reader holds
    // back nobody else, a lost packet stalls one stream, and cancelling really closes a connection. On HTTP/2
    // all streams to a provider would share one window and one TCP connection.
    allowH2: false,
    // Sockets per origin. A call beyond it would wait unseen, so it lies above what one process can serve;
    // its purpose is to stop a runaway before the process is out of file descriptors.
    connections: 4096,
    pipelining: 1,
    connect: { timeout: CONNECT_TIMEOUT_MS },
    // Below the 60 s after which common load balancers drop an idle connection, so that a request is rarely
    // sent into one that is closing; a shorter time that the server states wins.
    keepAliveTimeout: 30_000,
    keepAliveMaxTimeout: 120_000,
    // Each call has limits of its own, which a consumer that reads slowly does not use up.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
