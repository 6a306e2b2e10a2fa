// Grid points at which a relaxed geometry leaves the shape that quantum chemistry, or its neighbours, have.

import Chemistry
import TorsionModel

extension ScanPanel {
  /// One such point. Angles in degree, energies in kcal/mol.
  struct Excursion: Codable, Hashable, Sendable {
    /// Whether the energy jumps against both neighbours'; else a wall holds another rotor in its QM well.
    var isJump: Bool
    /// Whether under the fitted force field; else under the base one.
    var isFitted: Bool
    /// In the file, from 1.
    var frame: Int
    /// The driven dihedral.
    var angle: Double
    /// The dihedral that turns, "4-5-6-7"; nil for a jump without one.
    var rotor: String?
    /// Its QM value, and where it goes.
    var from: Double
    var to: Double
    /// By how much the energy falls once nothing holds the rotor; or stands above its neighbours'.
    var energy: Double

    /// "frame 3 (60°): 4-5-6-7 from 62° to 118°, 1.2 kcal/mol lower".
    var words: String {
      let turn = rotor.map { "\($0) from \(fixed(from, 0))° to \(fixed(to, 0))°, " } ?? ""
      let side = isJump ? energy < 0 ? "below its neighbours" : "above its neighbours" : "lower"
      return "frame \(frame) (\(fixed(angle, 0))°): \(turn)\(fixed(abs(energy), 1)) kcal/mol \(side)"
    }
  }

  /// Those of the fitted force field.
  var fittedExcursions: [Excursion] { (excursions ?? []).filter(\.isFitted) }
}

extension ScanPanel.Excursion {
  init(_ left: LeftWell) {
    self.init(
      isJump: false, isFitted: left.isFitted, frame: left.frame, angle: left.drivenAngle / Units.degree,
      rotor: joinedIndices(left.rotor.atoms), from: left.from / Units.degree, to: left.to / Units.degree,
      energy: left.energyDrop)
  }

  init(_ jump: EnergyJump) {
    self.init(
      isJump: true, isFitted: jump.isFitted, frame: jump.frame, angle: jump.drivenAngle / Units.degree,
      rotor: jump.rotor.map { joinedIndices($0.atoms) }, from: jump.from / Units.degree,
      to: jump.to / Units.degree, energy: jump.energy)
  }
}

extension ReportPage {
  /// Why a scan's error is what it is.
  func causeLine(_ scan: ScanPanel) -> Markup? {
    scan.cause.map { cause in
      """
      <p class="small cause"><strong>Why:</strong> \(cause.why) <strong>What changes it:</strong> \
      \(cause.remedy).</p>
      """
    }
  }

  /// What other rotors of a scan do.
  func turnLine(_ scan: ScanPanel) -> Markup? {
    let turn: Markup? = scan.largestTurn.map { value in
      "<p class=\"small\">Other rotors turn by \(fixed(value, 0))° at most against QM.</p>"
    }
    let all = scan.excursions ?? []
    let ofBase = all.filter { !$0.isFitted }
    let details: Markup? =
      ofBase.isEmpty
      ? nil
      : """
      <details class="small"><summary>Under the base force field at \(counted(ofBase.count, "point"))</summary>\
      \(excursionList("Another rotor would leave its QM well", ofBase.filter { !$0.isJump }))\
      \(excursionList("The relaxed energy jumps against both neighbours", ofBase.filter(\.isJump)))</details>
      """
    let held = scan.fittedExcursions.filter { !$0.isJump }
    return """
      \(turn)\(excursionList("Another rotor would leave its QM well, and is held at its edge", held))\
      \(excursionList("The relaxed energy jumps against both neighbours", scan.fittedExcursions.filter(\.isJump)))\
      \(details)
      """
  }

  /// Points by how much energy is at stake; more than five fold away.
  private func excursionList(_ title: String, _ found: [ScanPanel.Excursion]) -> Markup? {
    guard !found.isEmpty else { return nil }
    let sorted = found.sorted { abs($0.energy) > abs($1.energy) }
    func items(_ some: ArraySlice<ScanPanel.Excursion>) -> [Markup] {
      some.map { "<li>\($0.words)</li>" }
    }
    let more: Markup? =
      sorted.count > 5
      ? """
      <details><summary>\(counted(sorted.count - 5, "more point"))</summary><ul>\
      \(items(sorted.dropFirst(5)))</ul></details>
      """
      : nil
    return "<div class=\"small excursions\">\(title):<ul>\(items(sorted.prefix(5)))</ul>\(more)</div>"
  }
}
