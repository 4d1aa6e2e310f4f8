export const missingPackage: (error: unknown) => string | undefined;
