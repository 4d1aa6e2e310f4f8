import type { Socket } from 'node:net';
import { type Link, LinkedList } from '../../domain/linked-list.ts';
import { addressGroup, type TrustedProxies } from './client-address.ts';

export type ConnectionLimits = {
  /** Connections in all. */
  readonly maxConnections: number;
  /** Of one address, those that have brought no key that is known. */
  readonly maxStrangersPerAddress: number;
  /** How long a client may take nothing of what waits for it, in milliseconds. */
  readonly readerTimeoutMs: number;
};

/** One address and its strangers, the longest idle first. */
type Origin = LinkedList<Connection>;

/** A client's connection. It is a stranger until a request brings a key that is known. */
export class Connection {
  readonly socket: Socket;
  /** Requests that are being answered. */
  underWay = 0;
  /** Absent for those that are no strangers. */
  origin: Origin | undefined;
  amongAll: Link<Connection> | undefined;
  amongStrangers: Link<Connection> | undefined;
  amongOrigin: Link<Connection> | undefined;
  /** As of the last look: bytes that were handed on, and what of them waits. */
  handed = -1;
  queued = 0;
  stillSinceMs = 0;

  constructor(socket: Socket) {
    this.socket = socket;
  }
}

/** Empty ones stay until there are many, so that each connection's coming and going changes no table. */
const MAX_EMPTY_ORIGINS = 1_000;

const MAX_LOOK_EVERY_MS = 5_000;

const TOO_MANY = 'There are too many connections. Try again in a second.\n';
const REFUSAL = [
  'HTTP/1.1 503 Service Unavailable',
  'connection: close',
  'retry-after: 1',
  'content-type: text/plain',
  `content-length: ${TOO_MANY.length}`,
  '',
  TOO_MANY,
].join('\r\n');

/** What waits in the operating system's hands of the write under way; 0 where it does not tell. */
const queuedBytes = (socket: Socket): number => {
  const handle: unknown = Reflect.get(socket, '_handle');
  const size: unknown =
    typeof handle === 'object' && handle !== null ? Reflect.get(handle, 'writeQueueSize') : 0;
  return typeof size === 'number' ? size : 0;
};

/**
 * The connections of a server. Where there are too many, in all or of one address's strangers, the one that has been idle the
 * longest of those without a key makes room for the newest. Who reads nothing of what waits for it is cut.
 */
export class Connections {
  readonly #all = new LinkedList<Connection>();
  readonly #strangers: Origin = new LinkedList<Connection>();
  readonly #origins = new Map<string, Origin>();
  readonly #of = new WeakMap<object, Connection>();
  readonly #limits: ConnectionLimits;
  readonly #trusted: TrustedProxies;
  readonly #looking: NodeJS.Timeout;
  /** Cut since the start, by why. */
  readonly cut = { strangers: 0, refused: 0, readers: 0 };

  constructor(limits: ConnectionLimits, trusted: TrustedProxies) {
    this.#limits = limits;
    this.#trusted = trusted;
    const everyMs = Math.max(20, Math.min(MAX_LOOK_EVERY_MS, limits.readerTimeoutMs / 4));
    this.#looking = setInterval(() => this.#cutSlowReaders(), everyMs).unref();
  }

  get size(): number {
    return this.#all.size;
  }

  get strangers(): number {
    return this.#strangers.size;
  }

  /** Takes a connection, or lets go of it. */
  opened(socket: Socket): void {
    if (this.#of.has(socket)) return;
    if (this.#all.size >= this.#limits.maxConnections && !this.#dropOldest(this.#strangers)) {
      this.cut.refused += 1;
      socket.on('error', () => socket.destroy());
      socket.end(REFUSAL, () => socket.destroy());
      return;
    }
    this.#take(socket);
  }

  /** Those that came before anybody listened are taken with their first request. */
  of(socket: Socket): Connection {
    return this.#of.get(socket) ?? this.#take(socket);
  }

  welcome(connection: Connection): void {
    const { origin, amongOrigin, amongStrangers } = connection;
    if (origin === undefined) return;
    if (amongOrigin !== undefined) origin.remove(amongOrigin);
    if (amongStrangers !== undefined) this.#strangers.remove(amongStrangers);
    connection.origin = undefined;
  }

  /** A request of it is over. */
  answered(connection: Connection): void {
    connection.underWay -= 1;
    const { origin, amongOrigin, amongStrangers } = connection;
    if (origin === undefined) return;
    // Of strangers, the one that has just been of use is the last to go.
    if (amongOrigin !== undefined && origin.remove(amongOrigin))
      connection.amongOrigin = origin.add(connection);
    if (amongStrangers !== undefined && this.#strangers.remove(amongStrangers))
      connection.amongStrangers = this.#strangers.add(connection);
  }

  close(): void {
    clearInterval(this.#looking);
  }

  #take(socket: Socket): Connection {
    const connection = new Connection(socket);
    this.#of.set(socket, connection);
    connection.amongAll = this.#all.add(connection);
    const { remoteAddress = '' } = socket;
    if (!this.#trusted.has(remoteAddress)) {
      const origin = this.#originOf(addressGroup(remoteAddress));
      if (origin.size >= this.#limits.maxStrangersPerAddress) this.#dropOldest(origin);
      connection.origin = origin;
      connection.amongOrigin = origin.add(connection);
      connection.amongStrangers = this.#strangers.add(connection);
    }
    socket.once('close', () => {
      this.welcome(connection);
      if (connection.amongAll !== undefined) this.#all.remove(connection.amongAll);
    });
    return connection;
  }

  #originOf(address: string): Origin {
    const known = this.#origins.get(address);
    if (known !== undefined) return known;
    if (this.#origins.size >= MAX_EMPTY_ORIGINS + this.#strangers.size)
      for (const [name, { size }] of this.#origins) if (size === 0) this.#origins.delete(name);
    const origin: Origin = new LinkedList<Connection>();
    this.#origins.set(address, origin);
    return origin;
  }

  /** Whether one was idle. */
  #dropOldest(strangers: Origin): boolean {
    for (const connection of strangers) {
      if (connection.underWay > 0) continue;
      this.cut.strangers += 1;
      this.welcome(connection);
      if (connection.amongAll !== undefined) this.#all.remove(connection.amongAll);
      connection.socket.destroy();
      return true;
    }
    return false;
  }

  #cutSlowReaders(): void {
    const now = performance.now();
    for (const connection of this.#all) {
      const { socket } = connection;
      if (socket.writableLength === 0) {
        connection.handed = -1;
        continue;
      }
      const handed = socket.bytesWritten - socket.writableLength;
      const queued = queuedBytes(socket);
      // A large piece is handed on when all of it is taken; until then, less of it waits each time.
      if (handed !== connection.handed || queued < connection.queued) connection.stillSinceMs = now;
      else if (now - connection.stillSinceMs >= this.#limits.readerTimeoutMs) {
        this.cut.readers += 1;
        socket.destroy();
      }
      connection.handed = handed;
      connection.queued = queued;
    }
  }
}
