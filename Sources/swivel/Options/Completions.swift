// What the shells offer for arguments whose values are not a fixed list.

import ArgumentParser
import FamilyFiles
import ForceFieldFiles
import Foundation

extension CompletionKind {
  /// Names under families/, and folders.
  static var family: CompletionKind {
    .custom { _, _, prefix in (prefix.contains("/") ? [] : familyNames()) + folders(from: prefix) }
  }

  /// Molecules of the family that the command line names, or that its report is of.
  static var molecules: CompletionKind {
    .custom { words, _, _ in
      words.lazy.compactMap { word in
        [word, word.split(separator: "/").last.map(String.init) ?? ""].lazy
          .compactMap { try? moleculeNames(ofFamily: familyPath($0)) }.first { !$0.isEmpty }
      }.first ?? []
    }
  }

  /// A parameter file of any format that Swivel writes.
  static var parameterFile: CompletionKind { .file(extensions: parameterExtensions) }

  /// A report: its folder, or its summary.json.
  static var report: CompletionKind { .file(extensions: ["json"]) }

  /// A report or a parameter file.
  static var reportOrParameterFile: CompletionKind { .file(extensions: ["json"] + parameterExtensions) }

  /// Names of formats of parameter files.
  static var formats: CompletionKind { .list(ParameterFormat.allCases.map(\.rawValue)) }
}

private var parameterExtensions: [String] {
  // gromacs-rb's rb.itp is an itp already.
  ParameterFormat.allCases.map(\.fileExtension).filter { !$0.contains(".") }
}

/// The folders whose paths begin with a text, each with a slash at its end.
private func folders(from prefix: String) -> [String] {
  let parent = prefix.lastIndex(of: "/").map { String(prefix[...$0]) } ?? ""
  let names = (try? FileManager.default.contentsOfDirectory(atPath: parent.isEmpty ? "." : parent)) ?? []
  return names.sorted().filter { name in
    var isFolder: ObjCBool = false
    return (parent + name).hasPrefix(prefix) && !name.hasPrefix(".")
      && FileManager.default.fileExists(atPath: parent + name, isDirectory: &isFolder) && isFolder.boolValue
  }.map { parent + $0 + "/" }
}
