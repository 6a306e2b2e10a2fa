// One scan as the report shows it.

import Chemistry
import TorsionModel

/// One scan. Energies are in kcal/mol over the QM minimum, angles in degree.
struct ScanPanel: Codable, Hashable, Sendable {
  /// The molecule's name.
  var molecule: String
  /// The scan's path.
  var scan: String
  /// The driven atoms, zero-based, "0-1-2-3".
  var driven: String
  /// The other driven dihedral of a two-dimensional grid, "4-0-1-2"; nil along one.
  var second: String? = nil
  /// How it was made, where not as usual: rigid, or with further dihedrals held.
  var making: String? = nil
  /// The atom types along them, "c3-c3-c3-c3".
  var types: String
  /// Whether the molecule was held out of this fit.
  var isHeldOut: Bool
  /// Its grid points by ascending angle.
  var points: [Point]
  /// Points left out, with reasons.
  var setAside: [SetAside]
  /// Points so high in energy that they count for little in the fit; nil in pages of older versions.
  var highEnergy: [HighEnergy]?
  /// The base force field's error; nil when nothing relaxed.
  var baseError: Deviation?
  /// The fitted force field's error.
  var fitError: Deviation?
  /// The error when this molecule alone was held out; nil until validated.
  var heldOutRMSE: Double?
  /// Whether other molecules have the torsion types about its driven bond; nil where it was not held out.
  var isTestable: Bool?
  /// The molecule with the driven bond marked.
  var sketch: StructureSketch?
  /// Points at which a force field leaves the shape that QM or the neighbours have; nil in pages of older versions.
  var excursions: [Excursion]?
  /// Largest turn of another rotor against QM in the fitted geometries, degree; nil where there is none.
  var largestTurn: Double?
  /// Why its fitted error is what it is; nil where it is small, and in pages of older versions.
  var cause: CauseWords?

  /// One grid point.
  struct Point: Codable, Hashable, Sendable {
    /// In the file, from 1.
    var frame: Int
    /// Degree, in (−180, 180].
    var angle: Double
    /// The other dihedral of a two-dimensional grid, degree.
    var second: Double? = nil
    var qm: Double
    var base: Double?
    var fit: Double?
    /// Credible bands of the fitted profile.
    var band50: ClosedRange<Double>?
    var band90: ClosedRange<Double>?
    /// Whether its rows entered the fit.
    var isFitted: Bool
    /// The prediction with this molecule held out.
    var heldOut: Prediction?
  }

  /// A prediction with its 90 % credible band.
  struct Prediction: Codable, Hashable, Sendable {
    var mean: Double
    var band90: ClosedRange<Double>
  }

  /// A point left out, and why.
  struct SetAside: Codable, Hashable, Sendable {
    /// In the file, from 1.
    var frame: Int
    var reason: String
  }

  /// A point of high energy.
  struct HighEnergy: Codable, Hashable, Sendable {
    /// In the file, from 1.
    var frame: Int
    /// Degree.
    var angle: Double
    /// Over the QM minimum, kcal/mol.
    var energy: Double
    /// Its weight in the fit; 0 where it is not fitted.
    var weight: Double
  }

  /// How far a profile is from quantum chemistry, kcal/mol.
  struct Deviation: Codable, Hashable, Sendable {
    /// After a shift by the mean difference.
    var rmse: Double
    /// Largest absolute deviation after the same shift.
    var largest: Double
    /// Both profiles zero at the QM minimum.
    var minimumReferenced: Double
  }

  /// The factor between the QM energies and the profile predicted for them, with the molecule held out where that was
  /// done; nil where the two do not follow each other, or there is nothing to follow.
  var energyScale: Double? {
    let pairs = points.compactMap { point in
      (point.heldOut?.mean ?? point.fit).map { (model: $0, qm: point.qm) }
    }
    guard pairs.count > 3 else { return nil }
    let n = Double(pairs.count)
    let (x, y) = (pairs.reduce(0) { $0 + $1.model } / n, pairs.reduce(0) { $0 + $1.qm } / n)
    let xx = pairs.reduce(0) { $0 + ($1.model - x) * ($1.model - x) }
    let yy = pairs.reduce(0) { $0 + ($1.qm - y) * ($1.qm - y) }
    let xy = pairs.reduce(0) { $0 + ($1.model - x) * ($1.qm - y) }
    // A profile flatter than a tenth of a kcal/mol is noise, not something that another could follow.
    guard xx > 0.01 * n, yy > 0, xy > 0.9 * (xx * yy).squareRoot() else { return nil }
    return xy / xx
  }

  /// Points whose fitted energy is not within its own 90 % band, by more than 0.05 kcal/mol: bands are linear in the
  /// force constants, and cannot follow a geometry from one minimum of the other degrees of freedom into another.
  var jumps: [Point] {
    points.filter { point in
      guard let fit = point.fit, let band = point.band90 else { return false }
      return max(band.lowerBound - fit, fit - band.upperBound) > 0.05
    }
  }

  /// Points whose residual is above or below the mean of its neighbours' by a kcal/mol, and by six times what is usual
  /// in the scan; with that difference.
  var pointsApart: [(point: Point, by: Double)] {
    guard second == nil else { return mapPointsApart }
    let known = points.filter { $0.fit != nil }
    guard known.count > 4 else { return [] }
    let n = known.count
    let isClosed = known[0].angle + 360 - known[n - 1].angle < 40
    let bends = known.indices.map { i -> Double? in
      guard isClosed || (i > 0 && i < n - 1), let here = residual(known[i]),
        let before = residual(known[(i + n - 1) % n]), let after = residual(known[(i + 1) % n])
      else { return nil }
      return here - (before + after) / 2
    }
    let sizes = bends.compactMap { $0.map(abs) }.sorted()
    guard !sizes.isEmpty else { return [] }
    let limit = max(1, 6 * sizes[sizes.count / 2])
    // Beside a point that stands apart its neighbours stand apart too, half as far.
    func size(_ i: Int) -> Double { abs(bends[(i + n) % n] ?? 0) }
    return known.indices.compactMap { i in
      guard let bend = bends[i], size(i) > limit, size(i) >= size(i - 1), size(i) >= size(i + 1) else {
        return nil
      }
      return (known[i], bend)
    }
  }

  /// The fitted residual at a point.
  func residual(_ point: Point) -> Double? { point.fit.map { $0 - point.qm } }
}

/// What to ask about scans whose QM energies follow the profile that all scans together lead to, but are far smaller or
/// larger; nil where none is.
func unitDoubts(_ scans: [ScanPanel]) -> String? {
  let odd = scans.compactMap { scan -> String? in
    // The factor of kJ/mol is outside either way; the shipped scans lie between 0.37 and 1.5.
    guard let scale = scan.energyScale, !(0.3...3.3).contains(scale) else { return nil }
    let factor = scale < 1 ? 1 / scale : scale
    return
      """
      \(scan.molecule) \(scan.driven) (\(fixed(factor, decimals(for: factor))) times \
      \(scale < 1 ? "smaller" : "larger"))
      """
  }
  guard !odd.isEmpty else { return nil }
  return
    """
    QM energies follow the predicted profile with another scale in \(listed(odd)). Is the unit of the file \
    right? 1 eV is \(fixed(Units.electronvolt, 2)), 1 kJ/mol \(fixed(Units.kilojoule, 3)), 1 hartree \
    \(fixed(Units.hartree, 1)) kcal/mol.
    """
}

/// The same of a fit; for a warning in the terminal.
public func unitDoubts(of fit: Fit) -> String? { unitDoubts(fit.scans.map { ScanPanel($0, formula: nil) }) }
