// The non-bonded part of a LAMMPS input: coefficients of pairs of types, mixing, and weights of pairs near by bonds.

import Chemistry
import TextFiles

/// Lennard-Jones parameters of pairs of atom types, those for 1-4 pairs of the CHARMM styles too.
struct LammpsPairs {
  private struct Parameters {
    var far: LennardJones
    var near: LennardJones
  }

  /// Whether the style has Coulomb energies.
  let hasCoulomb: Bool
  /// Whether it is one of those that the weights of dihedral_style charmm go with.
  let isCharmm: Bool
  let rule: CombinationRule
  private var own: [Int: Parameters] = [:]
  private var explicit: [BondIndex: Parameters] = [:]
  private let types: LammpsTypes
  /// The one sub-style of a hybrid style, which lines of coefficients name.
  private var subStyle: String?

  // Cut-offs shorter than this shape a force field (as in purely repulsive beads); longer ones only save time.
  private static let shortestCutoff = 8.0

  /// Reads pair_style, pair_coeff, pair_modify and the sections Pair Coeffs and PairIJ Coeffs.
  ///
  /// Cut-offs of 8 Å and more are passed over: Swivel computes the molecule in vacuum with every pair.
  /// - Throws: ``InputError`` for styles of other energies, shorter cut-offs and types without coefficients.
  init(data: LammpsData, script: LammpsScript, types: LammpsTypes) throws {
    self.types = types
    guard var line = script.pairStyle else {
      throw InputError(
        SourcePlace(file: script.files.first ?? data.file), "has no pair_style",
        hint: "give the input script with the line `pair_style lj/cut/coul/cut …`")
    }
    var style = LammpsScript.plain(try line.word(1, "a style"))
    if style == "hybrid" || style == "hybrid/overlay" {
      // One sub-style is that style; of more, each pair of types would have its own.
      line.words.remove(at: 1)
      style = LammpsScript.plain(try line.word(1, "a sub-style"))
      subStyle = style
      if let other = line.texts.indices.dropFirst(2).first(where: {
        Double(line.texts[$0]) == nil && !["cut", "long", "off"].contains(line.texts[$0])
      }) {
        throw line.error(
          "pair_style hybrid with more than one sub-style is not supported", word: other,
          hint: "apply fitted parameters with `swivel apply`, which reads bonded terms alone")
      }
    }
    var first = 2
    var rule = CombinationRule.geometric
    switch style {
    case "lj/cut": (hasCoulomb, isCharmm) = (false, false)
    case "lj/cut/coul/cut", "lj/cut/coul/long", "lj/cut/coul/msm": (hasCoulomb, isCharmm) = (true, false)
    case "lj/charmm/coul/charmm", "lj/charmm/coul/long", "lj/charmm/coul/msm":
      (hasCoulomb, isCharmm) = (true, true)
      rule = .lorentzBerthelot
    case "lj/long/coul/long":
      guard ["cut", "long"].contains(try line.word(2, "cut or long")),
        ["cut", "long"].contains(try line.word(3, "cut or long"))
      else { throw line.error("lj/long/coul/long with \"off\" is not supported", word: 2) }
      (hasCoulomb, isCharmm) = (true, false)
      first = 4
    default:
      throw line.error(
        "pair_style \(style) is not supported", word: 1,
        hint:
          "lj/cut, lj/cut/coul/cut (long, msm), lj/charmm/coul/charmm (long, msm) and lj/long/coul/long are")
    }
    if let mix = script.mix { rule = mix.texts.last == "arithmetic" ? .lorentzBerthelot : .geometric }
    self.rule = rule
    for index in first..<max(first, line.words.count) { try Self.checkCutoff(line, index) }
    if !script.ignoresCoefficients {
      for section in ["Pair Coeffs", "PairIJ Coeffs"] {
        if let hint = data.hint(section), let first = data.rows(section).first,
          LammpsScript.plain(hint) != style, subStyle == nil || !hint.hasPrefix("hybrid")
        {
          throw first.error("the section was written for style \(hint), but the script says \(style)")
        }
      }
      for row in data.rows("Pair Coeffs") {
        let type = try types.type(row, 0)
        set(type, type, try parameters(row, 1))
      }
      for row in data.rows("PairIJ Coeffs") {
        set(try types.type(row, 0), try types.type(row, 1), try parameters(row, 2))
      }
    }
    for line in script.pairCoefficients {
      let (low, high) = (try types.range(line, 1), try types.range(line, 2))
      let parameters = try parameters(line, 3)
      // Of a range only pairs in order; two single types in either.
      let isSingle = low.count == 1 && high.count == 1
      for i in low { for j in high where j >= i || isSingle { set(i, j, parameters) } }
    }
  }

  private mutating func set(_ i: Int, _ j: Int, _ parameters: Parameters) {
    if i == j { own[i] = parameters } else { explicit[BondIndex(i, j)] = parameters }
  }

  private static func checkCutoff(_ line: LammpsLine, _ index: Int) throws {
    let cutoff = try line.number(index, "a cut-off")
    guard cutoff >= shortestCutoff else {
      throw line.error(
        "a cut-off of \(cutoff) Å is not supported: Swivel computes every pair", word: index,
        hint: "cut-offs of 8 Å and more are taken as means to save time and passed over")
    }
  }

  private func parameters(_ given: LammpsLine, _ first: Int) throws -> Parameters {
    var line = given
    if let subStyle {
      guard first < line.words.count, LammpsScript.plain(line.texts[first]) == subStyle else {
        throw line.error("the sub-style \(subStyle) was expected, as pair_style hybrid names it", word: first)
      }
      line.words.remove(at: first)
    }
    func one(_ at: Int) throws -> LennardJones {
      let epsilon = try line.number(at, "epsilon")
      let sigma = try line.number(at + 1, "sigma")
      guard epsilon >= 0, sigma >= 0, sigma < 1000 else {
        throw line.error("epsilon \(epsilon), sigma \(sigma): neither may be negative", word: at)
      }
      return LennardJones(sigma: sigma, epsilon: epsilon)
    }
    let far = try one(first)
    if isCharmm {
      switch line.words.count - first {
      case 2: return Parameters(far: far, near: far)
      case 4: return Parameters(far: far, near: try one(first + 2))
      default: throw line.error("epsilon, sigma and, for 1-4 pairs, another epsilon and sigma were expected")
      }
    }
    guard line.words.count - first <= (hasCoulomb ? 4 : 3) else {
      throw line.error("epsilon, sigma and cut-offs were expected; there are more numbers", word: first + 4)
    }
    for index in (first + 2)..<max(first + 2, line.words.count) { try Self.checkCutoff(line, index) }
    return Parameters(far: far, near: far)
  }

  private func own(_ type: Int, _ line: LammpsLine) throws -> Parameters {
    guard let found = own[type] else {
      throw line.error(
        "the pair coefficients of atom type \(type) are given nowhere",
        hint: "give the file with the pair_coeff lines too")
    }
    return found
  }

  /// The parameters of an atom type, and those for 1-4 pairs where they are others.
  func atom(_ type: Int, _ line: LammpsLine) throws -> (far: LennardJones, near: LennardJones?) {
    let found = try own(type, line)
    return (found.far, found.near == found.far ? nil : found.near)
  }

  /// The parameters of a pair of types, for 1-4 pairs of the CHARMM styles where `near`.
  func pair(_ i: Int, _ j: Int, near: Bool, _ line: LammpsLine) throws -> LennardJones {
    let (a, b) = (try own(i, line), try own(j, line))
    let found = i == j ? a : explicit[BondIndex(i, j)]
    if let found { return near ? found.near : found.far }
    return near ? a.near.combined(with: b.near, by: rule) : a.far.combined(with: b.far, by: rule)
  }
}
