// The exit codes of the command.

/// An end that has been put into words already.
struct ExitStatus: Error {
  static let badInput: Int32 = 2
  static let checkFailed = ExitStatus(code: 1)
  static let notConverged = ExitStatus(code: 3)
  var code: Int32
}
