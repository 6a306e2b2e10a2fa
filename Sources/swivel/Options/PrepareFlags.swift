// How molecules become families: the options that prepare and parametrise share.

import Acquisition
import ArgumentParser
import Foundation
import TextFiles

struct PrepareFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Base force field: gaff2, gaff, or your own topology of the one molecule.",
      discussion: """
        gaff2 and gaff: AmberTools' antechamber (AM1-BCC), parmchk2 and tleap. A file (prmtop, top, …) is taken as it is, \
        and its atoms must stand in the order of the molecule's file.
        """, valueName: "name|file"))
  var base = "gaff2"
  @Flag(help: "Drive methyl rotors too.") var methyls = false
  @Flag(help: "Drive rotors that end in hydrogens of N, O, S or P too: hydroxyl, amine, thiol.") var polar =
    false
  @Flag(help: "Drive every rotatable bond, also those whose surroundings an earlier molecule has.")
  var allBonds = false
  @Option(help: "Refuse molecules of more heavy atoms.") var largest = 40
  @Option(help: "Degrees between grid points; divides 360.") var spacing = 15

  func validate() throws {
    guard (5...60).contains(spacing), 360 % spacing == 0 else {
      throw ValidationError("--spacing must divide 360 and be 5 … 60")
    }
    guard (2...200).contains(largest) else { throw ValidationError("--largest must be 2 … 200") }
  }

  /// - Throws: `InputError` for a base that is neither known nor a file.
  func options(_ sources: [String]) throws -> PrepareOptions {
    var options = PrepareOptions(sources: sources)
    options.methyls = methyls
    options.polar = polar
    options.allBonds = allBonds
    options.largest = largest
    options.spacing = spacing
    options.base = base
    if !["gaff2", "gaff"].contains(base) {
      guard FileManager.default.fileExists(atPath: base) else {
        throw InputError(
          nil, "there is no base force field \"\(base)\", and no file of that name",
          hint: didYouMean(
            nearestName(to: base, in: ["gaff2", "gaff"]), else: "gaff2, gaff, or a topology file"))
      }
      options.topology = base
      options.base = "file"
    }
    return options
  }
}
