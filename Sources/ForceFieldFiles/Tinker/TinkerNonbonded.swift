// Tinker's van der Waals and charge parameters of a molecule: sizes, well depths, special pairs and scales.

import Chemistry
import TextFiles

extension TinkerAssignment {
  struct Nonbonded {
    var charges: [Double]
    var sizes: [LennardJones]
    var oneFourSizes: [LennardJones]
    var pairs: [PairInteraction]
    var scalings: [OneFourScaling]
  }

  /// All pairs three bonds or more apart.
  /// - Throws: ``InputError`` where an atom has no parameters or is moved by a reduction factor.
  func pairs() throws -> Nonbonded {
    let settings = parameters.settings
    let indices = molecule.atoms.indices.map {
      settings.isIndexedByType ? molecule.atoms[$0].type : classes[$0]
    }
    let charges = try molecule.atoms.enumerated().map { number, atom in
      guard let charge = parameters.atomCharges[number + 1] ?? parameters.charges[atom.type] else {
        throw InputError(
          atom.place, "there is no `charge` line of the type \(atom.type)",
          hint: "an atom without charge wants the line `charge \(atom.type) 0.0`")
      }
      return charge
    }
    let raw = try indices.enumerated().map { number, index in
      guard let size = parameters.sizes[index] else {
        throw InputError(
          molecule.atoms[number].place,
          "there is no `vdw` line of the \(settings.isIndexedByType ? "type" : "class") \(index)",
          hint: "an atom without van der Waals energy wants the line `vdw \(index) 0.0 0.0`")
      }
      guard [0, 1].contains(size.reduction) || graph.neighbours[number].count != 1 else {
        throw InputError(
          SourcePlace(file: file),
          "`vdw \(index)` moves its atom along the bond (reduction factor \(size.reduction)), which is not supported"
        )
      }
      return size
    }
    let sizes = raw.map { lennardJones(radius: $0.radius, epsilon: $0.epsilon) }
    // Zero in a vdw14 line stands for the ordinary value.
    let oneFourSizes = zip(raw, indices).map { size, index -> LennardJones in
      let own = parameters.oneFourSizes[index]
      let radius = own.map { $0.radius == 0 ? size.radius : $0.radius } ?? size.radius
      let epsilon = own.map { $0.epsilon == 0 ? size.epsilon : $0.epsilon } ?? size.epsilon
      return lennardJones(radius: radius, epsilon: epsilon)
    }
    let (excluded, oneFour) = graph.nearPairs
    let constant = settings.electric / settings.dielectric
    var pairs: [PairInteraction] = []
    for i in indices.indices {
      for j in (i + 1)..<max(indices.count, i + 1) where !excluded.contains(BondIndex(i, j)) {
        let isOneFour = oneFour.contains(BondIndex(i, j))
        let own = isOneFour ? oneFourSizes : sizes
        let special = parameters.pairSizes[[indices[i], indices[j]].sorted()]
        let pair = special.map { lennardJonesPair($0) } ?? own[i].combined(with: own[j], by: settings.rule)
        let scale = isOneFour ? settings.lennardJonesOneFour : 1
        pairs.append(
          PairInteraction(
            i: i, j: j, repulsion: scale * pair.repulsion, dispersion: scale * pair.dispersion,
            coulomb: (isOneFour ? settings.coulombOneFour : 1) * constant * charges[i] * charges[j],
            isOneFour: isOneFour))
      }
    }
    // A scale of zero has no divisor.
    let scalings =
      oneFour.isEmpty || settings.coulombOneFour == 0 || settings.lennardJonesOneFour == 0
      ? []
      : [
        OneFourScaling(
          coulombDivisor: 1 / settings.coulombOneFour, lennardJonesDivisor: 1 / settings.lennardJonesOneFour)
      ]
    return Nonbonded(
      charges: charges, sizes: sizes, oneFourSizes: oneFourSizes, pairs: pairs, scalings: scalings)
  }

  /// An atom's parameters from a size and a well depth as the file gives them.
  private func lennardJones(radius: Double, epsilon: Double) -> LennardJones {
    let half = parameters.settings.isDiameter ? radius / 2 : radius
    return parameters.settings.isSigma
      ? LennardJones(sigma: 2 * abs(half), epsilon: abs(epsilon))
      : LennardJones(halfMinimum: abs(half), epsilon: abs(epsilon))
  }

  /// A special pair's parameters: the file gives the distance of both atoms, whatever radiussize says.
  private func lennardJonesPair(_ size: TinkerParameters.Size) -> LennardJones {
    parameters.settings.isSigma
      ? LennardJones(sigma: abs(size.radius), epsilon: abs(size.epsilon))
      : LennardJones(halfMinimum: abs(size.radius) / 2, epsilon: abs(size.epsilon))
  }
}

extension BondGraph {
  /// The sizes of rings: for each bond that of the smallest ring it is in.
  var smallestRings: Set<Int> {
    var result: Set<Int> = []
    for bond in bonds {
      var distance = [bond.a: 0]
      var open = [bond.a]
      while !open.isEmpty, distance[bond.b] == nil {
        var next: [Int] = []
        for atom in open {
          for other in neighbours[atom] where distance[other] == nil && !(atom == bond.a && other == bond.b) {
            distance[other] = (distance[atom] ?? 0) + 1
            next.append(other)
          }
        }
        open = next
      }
      if let length = distance[bond.b] { result.insert(length + 1) }
    }
    return result
  }
}
