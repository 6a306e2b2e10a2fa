// Levels of theory by name: which program computes them, and recipes of two levels.

import TextFiles

/// One method with its basis set, and the program that computes it.
public struct LevelOfTheory: Codable, Hashable, Sendable {
  /// The program as QCEngine names it: "tblite", "pyscf", "psi4".
  public var program: String
  /// The method, such as "GFN2-xTB" or "b3lyp-d3bj".
  public var method: String
  /// The basis set; nil for methods that have none.
  public var basis: String?
}

/// How a scan is computed: geometries at one level, energies and forces at the same or a better one.
public struct LevelRecipe: Hashable, Sendable {
  /// The name that was asked for, such as "B3LYP-D3BJ/DZVP//GFN2-xTB".
  public var name: String
  /// The level of relaxation.
  public var geometry: LevelOfTheory
  /// The level of energies and forces; nil when it is that of the geometries.
  public var energy: LevelOfTheory?

  /// Reads "METHOD[/BASIS]" or "METHOD[/BASIS]//METHOD[/BASIS]": energies left, geometries right.
  /// - Parameter text: the name; upper and lower case count alike.
  /// - Throws: `InputError` for a level that has no program here.
  public init(_ text: String) throws {
    let parts = text.split(separator: "//", omittingEmptySubsequences: false).map(String.init)
    guard (1...2).contains(parts.count) else {
      throw InputError(nil, "the level \"\(text)\" has more than one //", hint: Self.hint)
    }
    let levels = try parts.map { try Self.level($0, in: text) }
    let last = levels[levels.count - 1]
    geometry = last.level
    energy = levels.count == 2 && levels[0].level != last.level ? levels[0].level : nil
    name = (energy == nil ? [last.name] : levels.map(\.name)).joined(separator: "//")
  }

  /// The name as part of a file name.
  public var folderName: String {
    String(name.lowercased().map { $0.isLetter || $0.isNumber ? $0 : "-" })
  }

  private static let hint =
    "such as GFN2-xTB, B3LYP-D3BJ/DZVP//GFN2-xTB (energies by DFT on GFN2 geometries) or B3LYP-D3BJ/DZVP"

  private static func level(_ text: String, in whole: String) throws -> (level: LevelOfTheory, name: String) {
    let fields = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    let method = fields[0].lowercased()
    if let name = tightBinding[method], fields.count == 1 {
      return (LevelOfTheory(program: "tblite", method: name, basis: nil), name)
    }
    guard fields.count == 2, !method.isEmpty, !fields[1].isEmpty,
      (method + fields[1]).allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-+*(),".contains($0)) })
    else {
      throw InputError(nil, "there is no level \"\(text)\" in \"\(whole)\"", hint: hint)
    }
    return (
      LevelOfTheory(program: "pyscf", method: method, basis: fields[1].lowercased()),
      fields.map { $0.uppercased() }.joined(separator: "/")
    )
  }

  private static let tightBinding = ["gfn2-xtb": "GFN2-xTB", "gfn1-xtb": "GFN1-xTB", "gfn2": "GFN2-xTB"]
}
