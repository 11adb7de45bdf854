export function metricsForOutputs(metrics: unknown, _names: readonly string[], _configs: readonly unknown[]): unknown {
  return metrics;
}
