import type { IncomingMessage } from 'node:http';
import type { KeyProblem } from '../../control/authentication.ts';
import type { LargeBodies } from '../large-bodies.ts';
import type { Visit } from '../visit.ts';
import type { BodyRoom } from './body-room.ts';
import { addressGroup, clientAddress, type TrustedProxies } from './client-address.ts';
import type { Connection, Connections } from './connections.ts';

/** What visits share. */
export type Reception = {
  readonly connections: Connections;
  readonly room: BodyRoom;
  readonly largeBodies: LargeBodies;
  readonly trusted: TrustedProxies;
  /** Told of requests without a key that is accepted. */
  readonly onRefused: (problem: KeyProblem, address: string) => void;
};

/** A request's visit: its connection is busy, and what it holds is held, until `end`. */
export class RequestVisit implements Visit {
  readonly #reception: Reception;
  readonly #connection: Connection;
  readonly #request: IncomingMessage;
  #held = 0;
  #isOver = false;

  constructor(reception: Reception, request: IncomingMessage) {
    this.#reception = reception;
    this.#request = request;
    this.#connection = reception.connections.of(request.socket);
    this.#connection.underWay += 1;
  }

  /** Behind a trusted proxy, the one that the proxy names; of IPv6, the network. */
  get address(): string {
    return addressGroup(clientAddress(this.#request, this.#reception.trusted));
  }

  welcome(): void {
    if (this.#connection.origin !== undefined) this.#reception.connections.welcome(this.#connection);
  }

  refused(problem: KeyProblem): void {
    this.#reception.onRefused(problem, this.address);
  }

  hold(bytes: number): boolean {
    if (this.#isOver) return true;
    if (!this.#reception.room.hold(bytes)) return false;
    this.#held += bytes;
    return true;
  }

  release(bytes: number): void {
    if (this.#isOver) return;
    this.#held -= bytes;
    this.#reception.room.release(bytes);
  }

  inOwnTurn(receive: () => void): void {
    this.#reception.largeBodies.inOwnTurn(receive);
  }

  inTurn(keyId: string, read: () => void): void {
    this.#reception.largeBodies.inTurn(keyId, read);
  }

  /** The connection waits for a key: a stranger meanwhile, and idle. */
  settle(): void {
    this.#reception.connections.answered(this.#connection);
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (this.#held > 0) this.#reception.room.release(this.#held);
  }
}
