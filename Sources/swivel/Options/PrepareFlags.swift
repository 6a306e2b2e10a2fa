// How molecules become families: the options that prepare and parametrise share.

import Acquisition
import ArgumentParser
import Foundation
import TextFiles

struct PrepareFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Base force field: gaff2, gaff, sage-2.2, sage-2.3, an offxml, or your own topology of the one molecule.",
      discussion: """
        gaff2 and gaff: AmberTools' antechamber (AM1-BCC), parmchk2 and tleap. sage-2.2 (OpenFF 2.2.1), sage-2.3 and \
        any \
        other SMIRNOFF force field: OpenFF's toolkit and Interchange, with the same charges; torsions go by its \
        SMIRKS. \
        Another file (prmtop, top, …) is taken as it is, and its atoms must stand in the order of the molecule's file.
        """, valueName: "name|file"))
  var base = "gaff2"
  @Flag(help: "Drive methyl rotors too.") var methyls = false
  @Flag(help: "Drive rotors that end in hydrogens of N, O, S or P too: hydroxyl, amine, thiol.") var polar =
    false
  @Flag(help: "Drive every rotatable bond, also those whose surroundings an earlier molecule has.")
  var allBonds = false
  @Option(help: "Refuse molecules of more heavy atoms.") var largest = 40
  @Option(
    help: ArgumentHelp(
      "Drive molecules of more heavy atoms in fragments.",
      discussion: """
        Each bond is driven in a fragment of its own: the neighbours of its atoms, rings and functional groups among \
        them \
        whole, cut bonds capped by hydrogen. The molecule stays in the family without scans.
        """))
  var whole = 25
  @Option(help: "Start each scan from so many low conformers; the lowest way wins.") var starts = 1
  @Option(help: "Degrees between grid points; divides 360.") var spacing = 15

  func validate() throws {
    guard (5...60).contains(spacing), 360 % spacing == 0 else {
      throw ValidationError("--spacing must divide 360 and be 5 … 60")
    }
    guard (2...200).contains(largest) else { throw ValidationError("--largest must be 2 … 200") }
    guard (4...200).contains(whole) else { throw ValidationError("--whole must be 4 … 200") }
    guard (1...10).contains(starts) else { throw ValidationError("--starts must be 1 … 10") }
  }

  /// - Throws: `InputError` for a base that is neither known nor a file.
  func options(_ sources: [String]) throws -> PrepareOptions {
    var options = PrepareOptions(sources: sources)
    options.methyls = methyls
    options.polar = polar
    options.allBonds = allBonds
    options.largest = largest
    options.whole = whole
    options.starts = starts
    options.spacing = spacing
    options.base = base
    if !PrepareOptions.namedBases.contains(base) {
      guard FileManager.default.fileExists(atPath: base) else {
        throw InputError(
          nil, "there is no base force field \"\(base)\", and no file of that name",
          hint: didYouMean(
            nearestName(to: base, in: PrepareOptions.namedBases),
            else: "\(PrepareOptions.namedBases.joined(separator: ", ")), an offxml or a topology file"))
      }
      guard !base.lowercased().hasSuffix(".offxml") else {
        options.base = URL(fileURLWithPath: base).path
        return options
      }
      options.topology = base
      options.base = "file"
    }
    return options
  }
}
