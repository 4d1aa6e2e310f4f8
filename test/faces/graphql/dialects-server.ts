import { kept } from '../../support/kept.ts';
import { type Modelgraph, startModelgraph } from '../../support/modelgraph.ts';
import { startUpstream, type Upstream } from '../../support/upstream.ts';
import { configFor } from './dialects.ts';

export type DialectsServer = { readonly server: Modelgraph; readonly upstream: Upstream };

const started = kept(async (): Promise<DialectsServer> => {
  const upstream = await startUpstream();
  return { upstream, server: await startModelgraph({ config: configFor(upstream.url) }) };
});

/** The real server over one upstream that plays the labs; the requests of earlier files are counted. */
export const dialectsServer = async (): Promise<DialectsServer> => {
  const found = await started();
  found.upstream.forget();
  return found;
};
