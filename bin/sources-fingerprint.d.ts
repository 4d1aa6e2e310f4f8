/**
 * Differs whenever a source was added, removed, renamed or written, or a package was installed.
 *
 * @param root the folder of the package
 */
export declare const sourcesFingerprint: (root: string) => string;
