import { resolve } from 'node:path';
import type { Plugin, Rolldown } from 'vite';
import { thirdPartyFiles } from '../../../../.ci/licences/third-party.ts';

/**
 * Writes the licences of the packages that the page is made of beside it, and fails the build on one that is not on the
 * list. Workers are bundles of their own: what goes into them is collected by a plugin of theirs.
 */
export const thirdParty = (): { readonly page: Plugin; readonly worker: () => Plugin[] } => {
  const files = new Set<string>();
  let root = '';
  const collect = (bundle: Rolldown.OutputBundle): void => {
    for (const output of Object.values(bundle)) {
      const parts = output.type === 'chunk' ? output.moduleIds : output.originalFileNames;
      for (const part of parts) files.add(part.startsWith('\0') ? part : resolve(root, part));
    }
  };
  return {
    page: {
      name: 'third-party-licences',
      apply: 'build',
      configResolved(config) {
        root = config.root;
      },
      generateBundle: {
        order: 'post',
        handler(_options, bundle) {
          collect(bundle);
          for (const [fileName, source] of Object.entries(thirdPartyFiles([...files]))) {
            this.emitFile({ type: 'asset', fileName, source });
          }
        },
      },
    },
    worker: () => [
      { name: 'third-party-licences-of-workers', generateBundle: (_options, bundle) => collect(bundle) },
    ],
  };
};
