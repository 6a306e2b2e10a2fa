// The command: arguments in, stages called, errors put into words.

import ArgumentParser
import Foundation
import TextFiles
import TorsionModel

/// Swivel's version, in every file it writes.
let swivelVersion = "0.1.0"

@main
struct Swivel: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "swivel",
    abstract:
      """
      Fits torsion parameters of classical force fields to quantum-chemistry scans, with a credible \
      interval on every number.
      """,
    discussion: """
      Example:
        swivel fit alkanes            reads families/alkanes, writes forcefields/alkanes and reports/alkanes
        swivel inspect families/alkanes

      Exit codes: 0 fine, 1 a check failed, 2 bad input or usage, 3 a run that could not converge.
      """,
    version: swivelVersion,
    subcommands: [
      FitCommand.self, ValidateCommand.self, InspectCommand.self, EnergyCommand.self, ExportCommand.self,
      InitCommand.self, AuditCommand.self, PredictCommand.self, ConvertCommand.self, CheckCommand.self,
      DiffCommand.self, ReportCommand.self, DoctorCommand.self, PrepareCommand.self, AcquireCommand.self,
      ParametriseCommand.self, ProposeCommand.self, ApplyCommand.self,
    ])

  static func main() async {
    do {
      try requireVerb(CommandLine.arguments.dropFirst().first)
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
      // A disk that is full says so only here.
      guard fflush(nil) == 0 else {
        throw InputError(nil, "standard output could not be written", hint: "is the disk full?")
      }
    } catch {
      finish(with: error)
    }
  }

  /// Whether the first word is a verb: the parser offers the nearest option, not the nearest verb.
  /// - Throws: `InputError` with the nearest name.
  private static func requireVerb(_ word: String?) throws {
    let verbs = configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
    guard let word, !word.hasPrefix("-"), !verbs.contains(word) else { return }
    throw InputError(
      nil, "there is no command swivel \(word)",
      hint: didYouMean(
        nearestName(to: word, in: verbs).map { "swivel \($0)" }, else: "`swivel --help` lists the commands"))
  }

  /// Words an error on standard error and ends with its exit code; help and version go to standard output with 0.
  private static func finish(with error: any Error) -> Never {
    switch error {
    case let error as InputError:
      complain("error: \(error.descriptionWithExcerpt)")
      Foundation.exit(ExitStatus.badInput)
    case is ModelError:
      complain("error: \(error)")
      Foundation.exit(ExitStatus.badInput)
    case let status as ExitStatus:
      Foundation.exit(status.code)
    default:
      let code = exitCode(for: error)
      if code == .success {
        print(fullMessage(for: error))
        Foundation.exit(0)
      }
      let message = fullMessage(for: error)
      complain(message.hasPrefix("Error: ") ? "error: " + message.dropFirst(7) : message)
      Foundation.exit(ExitStatus.badInput)
    }
  }
}

/// Writes a line to standard error.
func complain(_ line: String) {
  FileHandle.standardError.write(Data((line + "\n").utf8))
}
