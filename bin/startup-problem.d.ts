export const startupProblem: (error: unknown) => string | undefined;
