// Bond classes: the torsion types about bonds between the same atom types, which share scales of their own.

import Chemistry
import Statistics

/// The torsion types about one kind of bond, such as c3–os, and how molecules may deviate from the shared force
/// constants there.
struct BondClass: Hashable, Sendable {
  /// The two central atom types, in canonical order.
  var types: [String]
  /// The columns of its force constants, consecutive in the parameter table.
  var columns: Range<Int>
  /// How many fitted molecules have a scan that drives such a bond.
  var molecules: Int

  /// "c3-os".
  var label: String { types.joined(separator: "-") }
}

/// The classes of a family and the groups of them that share one scale.
struct BondClassTable: Hashable, Sendable {
  /// The classes in the order of their columns.
  let classes: [BondClass]
  /// The group of each class.
  let groups: [Int]
  /// The name of each group.
  let groupLabels: [String]
  /// Whether a fitted scan drives the bonds that each column is about; true of all where none does.
  ///
  /// What a bond's torsions do is seen where it turns. Where it rests, energies and torques of other scans would be met
  /// by constants that nearly cancel there, and nowhere else: without a scan they stay as the prior has them.
  let isTold: [Bool]

  /// Classes that at least this many molecules drive have scales of their own; the others share theirs, because one
  /// molecule cannot tell how molecules differ.
  static let leastMolecules = 2

  init(table: ParameterTable, molecules: [PreparedMolecule]) {
    var classes: [BondClass] = []
    for (column, parameter) in table.parameters.enumerated() {
      if let last = classes.indices.last, classes[last].types == parameter.type.bondClass {
        classes[last].columns = classes[last].columns.lowerBound..<(column + 1)
      } else {
        classes.append(
          BondClass(types: parameter.type.bondClass, columns: column..<(column + 1), molecules: 0))
      }
    }
    let driven = molecules.filter { !$0.isHeldOut }.map { $0.columns(about: $0.molecule.drivenBonds) }
    for index in classes.indices {
      classes[index].molecules = driven.count { !$0.isDisjoint(with: classes[index].columns) }
    }
    self.classes = classes
    let labels = classes.map { each in
      switch each.molecules {
      case 0: "bonds without scans"
      case ..<Self.leastMolecules: "other bonds"
      default: each.label
      }
    }
    // Own scales first, in the order of the columns.
    let groupLabels =
      labels.indices.filter { classes[$0].molecules >= Self.leastMolecules }.map { labels[$0] }
      + ["other bonds", "bonds without scans"].filter(labels.contains)
    groups = labels.map { groupLabels.firstIndex(of: $0)! }
    self.groupLabels = groupLabels
    let areAllUntold = classes.allSatisfy { $0.molecules == 0 }
    isTold = classes.flatMap { each in each.columns.map { _ in areAllUntold || each.molecules > 0 } }
  }

  /// The class of a column.
  func classIndex(ofColumn column: Int) -> Int {
    classes.firstIndex { $0.columns.contains(column) }!
  }
}
