import type { IncomingMessage } from 'node:http';

export const GRAPH_PATH = '/graphql';
export const STREAM_PATH = '/graphql/stream';
export const SCHEMA_PATH = '/graphql/schema.graphql';

const GRAPH_PATHS: ReadonlySet<string> = new Set([GRAPH_PATH, STREAM_PATH, SCHEMA_PATH]);

const pathOf = ({ url = '/' }: IncomingMessage): string => {
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
};

/** Whether the graph answers what is asked there. */
export const isOfGraph = (request: IncomingMessage): boolean => GRAPH_PATHS.has(pathOf(request));

/** Whether the graph takes WebSockets there. */
export const isGraphSocket = (request: IncomingMessage): boolean => pathOf(request) === GRAPH_PATH;
