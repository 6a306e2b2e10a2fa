// The hot loops: energy by term and gradient of one geometry. No allocation, no library call in the common case.

import Chemistry

extension EnergyModel {
  /// Energies by term, with the gradient added to what `gradient` holds.
  ///
  /// - Parameters:
  ///   - coordinates: 3 · `atomCount` numbers in Å: all x, then all y, then all z.
  ///   - gradient: as many; dE/dx in kcal/mol/Å is **added**, so zero it first.
  /// - Returns: energies in kcal/mol. Coinciding atoms give infinities or NaN, never a trap.
  public func evaluate(
    coordinates: UnsafePointer<Double>, addingGradientTo gradient: UnsafeMutablePointer<Double>
  ) -> EnergyTerms {
    let r = Coordinates(coordinates, count: atomCount)
    let g = Gradient(gradient, count: atomCount)
    var terms = EnergyTerms()
    terms.bond = bonds.withUnsafeBufferPointer { bondEnergy($0, r, g) }
    terms.angle = angles.withUnsafeBufferPointer { angleEnergy($0, r, g) }
    terms.torsion = torsions.withUnsafeBufferPointer { evenTorsionEnergy($0, r, g) }
    terms.improper = impropers.withUnsafeBufferPointer { evenTorsionEnergy($0, r, g) }
    if !slantedTorsions.isEmpty { terms.torsion += slantedTorsionEnergy(slantedTorsions, r, g) }
    if !slantedImpropers.isEmpty { terms.improper += slantedTorsionEnergy(slantedImpropers, r, g) }
    if !ureyBradleys.isEmpty {
      terms.angle += ureyBradleys.withUnsafeBufferPointer { bondEnergy($0, r, g) }
    }
    if !harmonicImpropers.isEmpty { terms.improper += harmonicImproperEnergy(harmonicImpropers, r, g) }
    (terms.lennardJones, terms.coulomb) = pairs.withUnsafeBufferPointer { pairEnergy($0, r, g) }
    return terms
  }

  /// Energies by term and forces (−dE/dx, kcal/mol/Å) of one geometry; allocates the result.
  /// - Precondition: as many coordinates as atoms.
  public func energyAndForces(of coordinates: [Vector3]) -> (energy: EnergyTerms, forces: [Vector3]) {
    precondition(coordinates.count == atomCount)
    let flat = flattened(coordinates)
    var gradient = [Double](repeating: 0, count: flat.count)
    let energy = evaluate(coordinates: flat, addingGradientTo: &gradient)
    return (energy, unflattened(gradient).map { -$0 })
  }

  /// Energies by term of one geometry (Å).
  public func energy(of coordinates: [Vector3]) -> EnergyTerms { energyAndForces(of: coordinates).energy }
}

/// Vectors as all x, then all y, then all z.
public func flattened(_ vectors: [Vector3]) -> [Double] {
  vectors.map(\.x) + vectors.map(\.y) + vectors.map(\.z)
}

/// The vectors of all x, then all y, then all z.
public func unflattened(_ flat: [Double]) -> [Vector3] {
  let count = flat.count / 3
  return (0..<count).map { Vector3(flat[$0], flat[count + $0], flat[2 * count + $0]) }
}

private func bondEnergy(
  _ bonds: UnsafeBufferPointer<EnergyModel.Bonds>, _ r: Coordinates,
  _ gradient: Gradient
) -> Double {
  var energy = Lanes.zero
  for bond in bonds {
    let d = LaneVector(r, bond.i) - LaneVector(r, bond.j)
    let length = squareRoot(d.dot(d))
    let stretch = length - bond.length
    let slope = bond.forceConstant * stretch
    energy += slope * stretch
    let g = d * ((slope + slope) / length)
    g.add(to: gradient, bond.i)
    g.subtract(from: gradient, bond.j)
  }
  return energy.sum()
}

private func angleEnergy(
  _ angles: UnsafeBufferPointer<EnergyModel.Angles>, _ r: Coordinates,
  _ gradient: Gradient
) -> Double {
  var energy = Lanes.zero
  for angle in angles {
    let apex = LaneVector(r, angle.j)
    let u = LaneVector(r, angle.i) - apex
    let v = LaneVector(r, angle.k) - apex
    let uu = u.dot(u)
    let vv = v.dot(v)
    let inverse = 1 / squareRoot(uu * vv)
    let cosine = u.dot(v) * inverse
    var sineSquared = 1 - cosine * cosine
    // Near a line 1 − cos² has lost its digits: take the sine from the vector product.
    if sineSquared[0] < 1e-3 || sineSquared[1] < 1e-3 {
      let w = u.cross(v)
      // On the line itself the direction of the force is undefined: the floor drops it.
      sineSquared = pointwiseMax(w.dot(w) * inverse * inverse, Lanes(repeating: 1e-16))
    }
    let inverseSine = 1 / squareRoot(sineSquared)
    let deviation = angleDeviation(
      cosine: cosine, sine: sineSquared * inverseSine, cosine0: angle.cosine, sine0: angle.sine)
    let slope = angle.forceConstant * deviation
    energy += slope * deviation
    // dE/dcos θ = −2kδ / sin θ.
    let factor = -(slope + slope) * inverseSine
    let a = factor * inverse
    // 1/uu and 1/vv from the inverse already there.
    let b = factor * cosine * inverse * inverse
    let gi = v * a - u * (b * vv)
    let gk = u * a - v * (b * uu)
    gi.add(to: gradient, angle.i)
    gk.add(to: gradient, angle.k)
    (gi + gk).subtract(from: gradient, angle.j)
  }
  return energy.sum()
}

/// Torsions whose phases are 0 or π: polynomials in cos φ alone, no sine and no angle needed.
/// Conventions of the GROMACS manual, "Proper dihedrals"; forces as Blondel & Karplus 1996.
private func evenTorsionEnergy(
  _ torsions: UnsafeBufferPointer<EnergyModel.Torsions>, _ r: Coordinates,
  _ gradient: Gradient
) -> Double {
  var energy = Lanes.zero
  for index in torsions.indices {
    let torsion = torsions.baseAddress! + index
    let (i, j, k, l) = (torsion.pointee.i, torsion.pointee.j, torsion.pointee.k, torsion.pointee.l)
    let rj = LaneVector(r, j)
    let rk = LaneVector(r, k)
    let ij = LaneVector(r, i) - rj
    let kj = rk - rj
    let kl = rk - LaneVector(r, l)
    let m = ij.cross(kj)
    let n = kj.cross(kl)
    let mm = m.dot(m)
    let nn = n.dot(n)
    let kjkj = kj.dot(kj)
    // One division serves 1/(|m||n|) squared and 1/|kj|².
    let mmnn = mm * nn
    let shared = 1 / (mmnn * kjkj)
    let inverseSquared = shared * kjkj
    let inverseKJ = shared * mmnn
    let inverse = inverseSquared * squareRoot(mmnn)
    let (value, slope) = torsion.pointee.p.valueAndSlope(at: m.dot(n) * inverse)
    energy += value
    // dE/dφ · |kj| / (mm nn), from sin φ · |kj| = |kj|² (ij·n) / (|m||n|).
    let scaled = -slope * (kjkj * ij.dot(n) * inverse) * inverseSquared
    let gi = m * (scaled * nn)
    let gl = n * (-scaled * mm)
    let s = gi * (ij.dot(kj) * inverseKJ) - gl * (kl.dot(kj) * inverseKJ)
    gi.add(to: gradient, i)
    (gi - s).subtract(from: gradient, j)
    (gl + s).subtract(from: gradient, k)
    gl.add(to: gradient, l)
  }
  return energy.sum()
}

/// Torsions with any phase: p(cos φ) + sin φ · q(cos φ), one at a time.
private func slantedTorsionEnergy(
  _ torsions: [TorsionSeries], _ r: Coordinates, _ gradient: Gradient
) -> Double {
  var energy = 0.0
  for torsion in torsions {
    let atoms = torsion.quartet
    let (angle, slopes) = dihedralAngleAndGradient(r[atoms.i], r[atoms.j], r[atoms.k], r[atoms.l])
    let direction = Direction(angle: angle)
    let (p, pSlope) = torsion.p.valueAndSlope(at: direction.cosine)
    let (q, qSlope) = torsion.q.valueAndSlope(at: direction.cosine)
    energy += p + direction.sine * q
    let slope = -direction.sine * (pSlope + direction.sine * qSlope) + direction.cosine * q
    gradient.add(slopes.i * slope, atoms.i)
    gradient.add(slopes.j * slope, atoms.j)
    gradient.add(slopes.k * slope, atoms.k)
    gradient.add(slopes.l * slope, atoms.l)
  }
  return energy
}

private func harmonicImproperEnergy(
  _ impropers: [HarmonicImproper], _ r: Coordinates, _ gradient: Gradient
) -> Double {
  var energy = 0.0
  for improper in impropers {
    let atoms = improper.quartet
    let (angle, slopes) = dihedralAngleAndGradient(r[atoms.i], r[atoms.j], r[atoms.k], r[atoms.l])
    let difference = angle - improper.angle
    let deviation = difference - 2 * Double.pi * (difference / (2 * Double.pi)).rounded()
    energy += improper.forceConstant * deviation * deviation
    let slope = 2 * improper.forceConstant * deviation
    gradient.add(slopes.i * slope, atoms.i)
    gradient.add(slopes.j * slope, atoms.j)
    gradient.add(slopes.k * slope, atoms.k)
    gradient.add(slopes.l * slope, atoms.l)
  }
  return energy
}

private func pairEnergy(
  _ pairs: UnsafeBufferPointer<EnergyModel.Pairs>, _ r: Coordinates,
  _ gradient: Gradient
) -> (Double, Double) {
  var lennardJones = Lanes.zero
  var coulomb = Lanes.zero
  for pair in pairs {
    let d = LaneVector(r, pair.i) - LaneVector(r, pair.j)
    let inverse2 = 1 / d.dot(d)
    let inverse6 = inverse2 * inverse2 * inverse2
    let repulsion = pair.repulsion * inverse6 * inverse6
    let dispersion = pair.dispersion * inverse6
    let electric = pair.coulomb * squareRoot(inverse2)
    lennardJones += repulsion - dispersion
    coulomb += electric
    let g = d * ((6 * dispersion - 12 * repulsion - electric) * inverse2)
    g.add(to: gradient, pair.i)
    g.subtract(from: gradient, pair.j)
  }
  return (lennardJones.sum(), coulomb.sum())
}
