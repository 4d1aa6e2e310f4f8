import type { GraphServices } from './context.ts';
import type { GraphFace, GraphFaceOptions } from './graph-face.ts';
import { isGraphSocket, isOfGraph } from './paths.ts';

export type GraphOnDemand = GraphFace & {
  /** Makes it now, where nobody has asked yet. Rejects if it cannot be made, as every request then does. */
  prepare(): Promise<void>;
};

/** A graph that is made when it is first asked for. What comes meanwhile waits. */
export const onDemand = (make: () => Promise<GraphFace>): GraphOnDemand => {
  let making: Promise<GraphFace> | undefined;
  let made: GraphFace | undefined;
  const ready = (): Promise<GraphFace> => {
    making ??= make().then((face) => {
      made = face;
      return face;
    });
    return making;
  };
  return {
    handle(request, response, trace, visit) {
      if (!isOfGraph(request)) return false;
      return made === undefined
        ? ready().then((face) => face.handle(request, response, trace, visit))
        : made.handle(request, response, trace, visit);
    },
    upgrade(request, socket, head, visit) {
      if (!isGraphSocket(request)) return false;
      if (made !== undefined) return made.upgrade(request, socket, head, visit);
      // Nobody reads the socket meanwhile.
      ready().then(
        (face) => face.upgrade(request, socket, head, visit),
        () => socket.destroy(),
      );
      return true;
    },
    async prepare() {
      await ready();
    },
    async close() {
      await making?.then(
        (face) => face.close(),
        () => {},
      );
    },
  };
};

/** The graph, whose code is read and whose schema is built on demand: a third of all code, which nothing else needs. */
export const createGraphOnDemand = (services: GraphServices, options: GraphFaceOptions): GraphOnDemand =>
  onDemand(async () => {
    const { createGraphFace } = await import('./graph-face.ts');
    return createGraphFace(services, options);
  });
