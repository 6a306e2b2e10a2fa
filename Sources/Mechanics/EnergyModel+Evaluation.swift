// The hot loops: energy by term and gradient of one geometry. No allocation, no library call in the common case.

import Chemistry

extension EnergyModel {
  /// Energies by term, with the gradient added to what `gradient` holds.
  ///
  /// - Parameters:
  ///   - coordinates: `atomCount` positions in Å.
  ///   - gradient: `atomCount` vectors; dE/dx in kcal/mol/Å is **added**, so zero it first.
  /// - Returns: energies in kcal/mol. Coinciding atoms give infinities, never a trap.
  public func evaluate(
    coordinates: UnsafePointer<Vector3>, addingGradientTo gradient: UnsafeMutablePointer<Vector3>
  ) -> EnergyTerms {
    var terms = EnergyTerms()
    terms.bond = bonds.withUnsafeBufferPointer { bondEnergy($0, coordinates, gradient) }
    terms.angle = angles.withUnsafeBufferPointer { angleEnergy($0, coordinates, gradient) }
    terms.torsion = torsions.withUnsafeBufferPointer { evenTorsionEnergy($0, coordinates, gradient) }
    terms.improper = impropers.withUnsafeBufferPointer { evenTorsionEnergy($0, coordinates, gradient) }
    if !slantedTorsions.isEmpty {
      terms.torsion += slantedTorsions.withUnsafeBufferPointer {
        slantedTorsionEnergy($0, coordinates, gradient)
      }
    }
    if !slantedImpropers.isEmpty {
      terms.improper += slantedImpropers.withUnsafeBufferPointer {
        slantedTorsionEnergy($0, coordinates, gradient)
      }
    }
    (terms.lennardJones, terms.coulomb) = pairs.withUnsafeBufferPointer {
      pairEnergy($0, coordinates, gradient)
    }
    return terms
  }

  /// Energies by term and forces (−dE/dx, kcal/mol/Å) of one geometry; allocates the result.
  /// - Precondition: as many coordinates as atoms.
  public func energyAndForces(of coordinates: [Vector3]) -> (energy: EnergyTerms, forces: [Vector3]) {
    precondition(coordinates.count == atomCount)
    var gradient = [Vector3](repeating: .zero, count: atomCount)
    let energy = coordinates.withUnsafeBufferPointer { positions in
      gradient.withUnsafeMutableBufferPointer { result in
        evaluate(coordinates: positions.baseAddress!, addingGradientTo: result.baseAddress!)
      }
    }
    return (energy, gradient.map { -$0 })
  }

  /// Energies by term of one geometry (Å).
  public func energy(of coordinates: [Vector3]) -> EnergyTerms { energyAndForces(of: coordinates).energy }
}

private func bondEnergy(
  _ bonds: UnsafeBufferPointer<EnergyModel.Bond>, _ r: UnsafePointer<Vector3>,
  _ gradient: UnsafeMutablePointer<Vector3>
) -> Double {
  var energy = 0.0
  for bond in bonds {
    let i = Int(bond.i)
    let j = Int(bond.j)
    let d = r[i] - r[j]
    let length = d.dot(d).squareRoot()
    let stretch = length - bond.length
    let slope = bond.forceConstant * stretch
    energy += slope * stretch
    let g = d * (2 * slope / length)
    gradient[i] += g
    gradient[j] -= g
  }
  return energy
}

private func angleEnergy(
  _ angles: UnsafeBufferPointer<EnergyModel.Angle>, _ r: UnsafePointer<Vector3>,
  _ gradient: UnsafeMutablePointer<Vector3>
) -> Double {
  var energy = 0.0
  for angle in angles {
    let i = Int(angle.i)
    let j = Int(angle.j)
    let k = Int(angle.k)
    let u = r[i] - r[j]
    let v = r[k] - r[j]
    let uu = u.dot(u)
    let vv = v.dot(v)
    let inverse = 1 / (uu * vv).squareRoot()
    let cosine = u.dot(v) * inverse
    var sineSquared = 1 - cosine * cosine
    // Near a line 1 − cos² has lost its digits: take the sine from the vector product.
    if sineSquared < 1e-3 {
      let w = u.cross(v)
      sineSquared = w.dot(w) * inverse * inverse
    }
    let sine = sineSquared.squareRoot()
    let deviation = angleDeviation(
      cosine: cosine, sine: sine, cosine0: angle.cosine, sine0: angle.sine)
    let slope = angle.forceConstant * deviation
    energy += slope * deviation
    // dE/dcos θ = −2kδ / sin θ; on the line itself the direction is undefined and the force is dropped.
    let factor = -2 * slope / Swift.max(sine, 1e-8)
    let a = factor * inverse
    let gi = v * a - u * (factor * cosine / uu)
    let gk = u * a - v * (factor * cosine / vv)
    gradient[i] += gi
    gradient[k] += gk
    gradient[j] -= gi + gk
  }
  return energy
}

/// The vectors of one torsion that both loops need (conventions of the GROMACS manual, "Proper dihedrals").
private struct TorsionFrame {
  var ij: Vector3, kj: Vector3, kl: Vector3, m: Vector3, n: Vector3
  var mm: Double, nn: Double, kjkj: Double
  /// 1 / (|m| |n|).
  var inverse: Double
  /// cos φ.
  var cosine: Double
  /// |kj| sin φ.
  var scaledSine: Double

  @inline(__always)
  init(_ ri: Vector3, _ rj: Vector3, _ rk: Vector3, _ rl: Vector3) {
    ij = ri - rj
    kj = rk - rj
    kl = rk - rl
    m = ij.cross(kj)
    n = kj.cross(kl)
    mm = m.dot(m)
    nn = n.dot(n)
    kjkj = kj.dot(kj)
    inverse = 1 / (mm * nn).squareRoot()
    cosine = m.dot(n) * inverse
    scaledSine = kjkj * ij.dot(n) * inverse
  }

  /// Adds the gradient for dE/dφ · |kj| = `slope`; `i … l` index `gradient`.
  @inline(__always)
  func spread(
    _ slope: Double, _ i: Int, _ j: Int, _ k: Int, _ l: Int, _ gradient: UnsafeMutablePointer<Vector3>
  ) {
    // 1/mm and 1/nn from the inverse already there.
    let squared = slope * inverse * inverse
    let gi = m * (squared * nn)
    let gl = n * (-squared * mm)
    let inverseKJ = 1 / kjkj
    let s = gi * (ij.dot(kj) * inverseKJ) - gl * (kl.dot(kj) * inverseKJ)
    gradient[i] += gi
    gradient[j] -= gi - s
    gradient[k] -= gl + s
    gradient[l] += gl
  }
}

/// Torsions whose phases are 0 or π: polynomials in cos φ alone, no sine and no angle needed.
private func evenTorsionEnergy(
  _ torsions: UnsafeBufferPointer<EnergyModel.Series>, _ r: UnsafePointer<Vector3>,
  _ gradient: UnsafeMutablePointer<Vector3>
) -> Double {
  var energy = 0.0
  for index in torsions.indices {
    let torsion = torsions.baseAddress! + index
    let i = Int(torsion.pointee.i)
    let j = Int(torsion.pointee.j)
    let k = Int(torsion.pointee.k)
    let l = Int(torsion.pointee.l)
    let frame = TorsionFrame(r[i], r[j], r[k], r[l])
    let (value, slope) = torsion.pointee.p.valueAndSlope(at: frame.cosine)
    energy += value
    frame.spread(-slope * frame.scaledSine, i, j, k, l, gradient)
  }
  return energy
}

/// Torsions with any phase: p(cos φ) + sin φ · q(cos φ).
private func slantedTorsionEnergy(
  _ torsions: UnsafeBufferPointer<EnergyModel.Series>, _ r: UnsafePointer<Vector3>,
  _ gradient: UnsafeMutablePointer<Vector3>
) -> Double {
  var energy = 0.0
  for torsion in torsions {
    let i = Int(torsion.i)
    let j = Int(torsion.j)
    let k = Int(torsion.k)
    let l = Int(torsion.l)
    let frame = TorsionFrame(r[i], r[j], r[k], r[l])
    let length = frame.kjkj.squareRoot()
    let sine = frame.scaledSine / length
    let (p, pSlope) = torsion.p.valueAndSlope(at: frame.cosine)
    let (q, qSlope) = torsion.q.valueAndSlope(at: frame.cosine)
    energy += p + sine * q
    let slope = -sine * pSlope + frame.cosine * q - sine * sine * qSlope
    frame.spread(slope * length, i, j, k, l, gradient)
  }
  return energy
}

extension PowerSeries {
  /// The polynomial and its derivative at x.
  @inline(__always)
  func valueAndSlope(at x: Double) -> (Double, Double) {
    let x2 = x * x
    let x4 = x2 * x2
    let value = (c.0 + c.1 * x) + (c.2 + c.3 * x) * x2 + (c.4 + c.5 * x + c.6 * x2) * x4
    let slope = (c.1 + 2 * c.2 * x) + (3 * c.3 + 4 * c.4 * x) * x2 + (5 * c.5 + 6 * c.6 * x) * x4
    return (value, slope)
  }
}

private func pairEnergy(
  _ pairs: UnsafeBufferPointer<EnergyModel.Pair>, _ r: UnsafePointer<Vector3>,
  _ gradient: UnsafeMutablePointer<Vector3>
) -> (Double, Double) {
  var lennardJones = 0.0
  var coulomb = 0.0
  for pair in pairs {
    let i = Int(pair.i)
    let j = Int(pair.j)
    let d = r[i] - r[j]
    let inverse2 = 1 / d.dot(d)
    let inverse6 = inverse2 * inverse2 * inverse2
    let repulsion = pair.repulsion * inverse6 * inverse6
    let dispersion = pair.dispersion * inverse6
    let electric = pair.coulomb * inverse2.squareRoot()
    lennardJones += repulsion - dispersion
    coulomb += electric
    let g = d * (-(12 * repulsion - 6 * dispersion + electric) * inverse2)
    gradient[i] += g
    gradient[j] -= g
  }
  return (lennardJones, coulomb)
}
