// What a format of parameter files knows of itself: all that the code that formats share asks of one.

import Chemistry
import TextFiles

/// A format of parameter files. Each has a description, `FORMAT/FORMATFormat.swift`, that ``ParameterFormat`` names.
protocol ParameterFileFormat: Sendable {
  /// The extension of its files.
  var fileExtension: String { get }
  /// Extensions under which others write such files.
  var otherExtensions: [String] { get }
  /// The name a person knows it by.
  var title: String { get }
  /// How its comments are told.
  var comments: CommentStyle { get }
  /// Whether a line has a place for 1-4 scalings.
  var holdsScalings: Bool { get }
  /// Whether its engine adds terms of one periodicity that differ in their phases; some force fields have such.
  var addsPhases: Bool { get }
  /// Whether what it looks torsions up by has a direction, as a label of LAMMPS.
  var keysHaveDirection: Bool { get }

  /// The text of a parameter file.
  /// - Throws: ``InputError`` where the format cannot say something, with the reason.
  func text(of forceField: FittedForceField) throws -> String
  /// The text of a parameter file that is all of a base file but for the torsions.
  /// - Parameters:
  ///   - forceField: the torsions.
  ///   - base: the path of the base file.
  /// - Throws: ``InputError`` where the format cannot say something, or the base cannot be read.
  func text(of forceField: FittedForceField, replacedIn base: String) throws -> String
  /// What `swivel energy` needs beside the file to show that it took effect, with a blank before it; nil where that is
  /// not known.
  func arguments(of proof: TorsionProof) -> String?
  /// The torsions of a parameter file.
  /// - Throws: ``InputError`` with the place of what cannot be read.
  func read(_ path: String) throws -> TorsionParameters
  /// The files of a whole molecule, as ``ParameterFormat`` says.
  /// - Throws: ``InputError`` where the format cannot say something, with the reason.
  func completeTopology(
    _ topology: Topology, name: String, coordinates: [Vector3], header: [String], types: Set<String>
  ) throws -> [(suffix: String, text: String)]
  /// The files of molecules with atom types of their own, as ``ParameterFormat`` says.
  /// - Throws: ``InputError`` where the format has no such form or cannot say a term.
  func bespokeFiles(
    _ molecules: [BespokeMolecule], prefix: String, header: [String]
  ) throws -> [(path: String, text: String)]

  /// The lines of a file without its comments, as many as the file has.
  func linesWithoutComments(_ text: String) -> [Substring]
  /// What the comments among the first lines of a file say, without their marks.
  func headerComments(_ lines: [Substring]) -> [String]
  /// The definitions of a file in its order, duplicates and all.
  /// - Throws: ``InputError`` with the place of what cannot be read.
  func placedTorsions(_ path: String) throws -> [PlacedTorsion]
  /// The impropers of a file, which ``read(_:)`` passes over.
  /// - Parameters:
  ///   - path: the file.
  ///   - lines: its lines without blanks at their ends.
  /// - Throws: ``InputError`` when it cannot be read.
  func improperCount(_ path: String, lines: [String]) throws -> Int
  /// What the engine makes of a second definition of a torsion.
  /// - Parameter line: where the first stands.
  func secondDefinition(after line: Int) -> String
  /// Why the engine never gets to a definition with wildcards; nil where it does.
  /// - Parameters:
  ///   - torsion: the definition.
  ///   - before: those that stand before it.
  func unreachable(_ torsion: PlacedTorsion, behind before: ArraySlice<PlacedTorsion>) -> String?
  /// What is odd about a general definition among those that stand before it.
  func findings(
    of torsion: PlacedTorsion, behind before: ArraySlice<PlacedTorsion>, file: String
  ) -> [AuditFinding]
}

/// How comments are told.
enum CommentStyle: Sendable {
  /// From a character to the end of its line.
  case after(Character)
  /// As in XML.
  case xml
}

extension ParameterFileFormat {
  var otherExtensions: [String] { [] }
  var holdsScalings: Bool { false }
  var addsPhases: Bool { false }
  var keysHaveDirection: Bool { false }

  func text(of forceField: FittedForceField, replacedIn base: String) throws -> String {
    try text(of: forceField)
  }

  func arguments(of proof: TorsionProof) -> String? { "" }

  func secondDefinition(after line: Int) -> String {
    "the later definition is in force, line \(line) has no effect"
  }

  func bespokeFiles(
    _ molecules: [BespokeMolecule], prefix: String, header: [String]
  ) throws -> [(path: String, text: String)] {
    throw InputError(
      nil, "\(title) is not written with types of its own",
      hint: "give the ligand's atoms types of their own in your files, and `swivel apply` the report to them")
  }

  func linesWithoutComments(_ text: String) -> [Substring] {
    switch comments {
    case .after(let mark): fileLines(text).map { line in line.prefix { $0 != mark } }
    case .xml:
      // Comments go, their line ends stay.
      fileLines(
        text.replacing(/<!--[\s\S]*?-->/) { match in String(match.output.filter { $0.isNewline }) })
    }
  }

  func headerComments(_ lines: [Substring]) -> [String] {
    lines.compactMap { line in
      let words = line.trimmingSpaces
      let isComment =
        switch comments {
        case .xml: words.hasPrefix("<!--")
        // A Tinker prm goes by CHARMM's extension.
        case .after: words.first.map { ";*#".contains($0) } ?? false
        }
      guard isComment else { return nil }
      let bare = words.replacing("<!--", with: "").replacing("-->", with: "")
      return String(bare.drop { ";*# ".contains($0) }).trimmingSpaces
    }
  }

  func unreachable(_ torsion: PlacedTorsion, behind before: ArraySlice<PlacedTorsion>) -> String? { nil }

  func findings(
    of torsion: PlacedTorsion, behind before: ArraySlice<PlacedTorsion>, file: String
  ) -> [AuditFinding] {
    guard torsion.type.hasWildcard else { return [] }
    let place = SourcePlace(file: file, line: torsion.line)
    let name = torsion.type.label
    if let reason = unreachable(torsion, behind: before) {
      return [AuditFinding(.unreachable, place, term: name, reason)]
    }
    guard torsion.type.types[1...2].allSatisfy({ $0 == TorsionType.wildcard }) else { return [] }
    return [
      AuditFinding(
        .wildcard, place, term: name,
        "takes every torsion of its ends that no other line names, about any bond")
    ]
  }
}

/// Why a line is never reached whose wildcards stand where its engine does not look for them.
/// - Parameter form: where it looks.
func unreachableWildcard(_ form: String) -> String {
  "the engine looks wildcards up \(form) only: no torsion ever reaches this line"
}

/// The lines of a text; CRLF is one character to Swift.
func fileLines(_ text: String) -> [Substring] {
  text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
}
