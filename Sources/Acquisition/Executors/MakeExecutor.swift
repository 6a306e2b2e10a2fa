// Which executor an option names.

import TextFiles

extension AcquireOptions {
  /// The executor that was asked for.
  /// - Parameter folder: the folder of the jobs.
  /// - Throws: `InputError` when its programs are not there, or no server is named.
  func makeExecutor(_ environment: PythonEnvironment, folder: String) throws -> any Executor {
    switch executor {
    case .local:
      return LocalExecutor(workers: localWorkers, environment: environment, folder: folder, limit: jobLimit)
    case .slurm:
      return try SlurmExecutor(
        environment: environment, folder: folder, limit: jobLimit, memory: memory, capacity: workers ?? 200)
    case .qcfractal:
      guard let server else {
        throw InputError(
          nil, "--executor qcfractal needs a server",
          hint: "--server ADDRESS, or a name in qcportal_config.yaml, or QCPORTAL_ADDRESS")
      }
      return try FractalExecutor(
        server, environment: environment, folder: folder, limit: jobLimit, capacity: workers ?? 200)
    }
  }
}
