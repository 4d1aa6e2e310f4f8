import type { Telemetry } from '../../ports/telemetry.ts';
import { readOtelSettings } from './otel-settings.ts';
import type { TelemetryDependencies } from './telemetry-dependencies.ts';

/** Undefined where no exporter is configured: nothing of the SDK is loaded then. */
export const openTelemetry = async (dependencies: TelemetryDependencies): Promise<Telemetry | undefined> => {
  const { log } = dependencies;
  const settings = readOtelSettings(dependencies.variable, (problem) => log.warn(problem));
  if (settings === undefined) return undefined;
  const { createOtelTelemetry } = await import('./otel/create-otel-telemetry.ts');
  return createOtelTelemetry(settings, dependencies);
};
