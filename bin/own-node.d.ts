export const MIN_NODE: number;
export const isNewEnough: (version: string) => boolean;
export const runWithOwnNode: () => void;
