// The gates of `swivel check` that name a changed number: of a force field, of quantum chemistry's energies and forces.

import CMath
import TextFiles

/// Every number of a family's force fields and scans that is another than in the baseline, as far as both have the
/// molecule and the grid point; empty where none is.
public func dataFailures(from baseline: DataDigest, to now: DataDigest) -> [RegressionFailure] {
  termFailures(baseline, now)
    + baseline.scans.flatMap { before -> [RegressionFailure] in
      now.scans.first { $0.label == before.label && $0.scan == before.scan }.map { pointFailures(before, $0) }
        ?? []
    }
}

/// Terms of the force fields; equal changes of several molecules are one failure.
private func termFailures(_ baseline: DataDigest, _ now: DataDigest) -> [RegressionFailure] {
  var found: [(text: String, change: RegressionFailure.Change?, molecules: [String])] = []
  for before in baseline.molecules {
    guard let after = now.molecules.first(where: { $0.molecule == before.molecule }) else { continue }
    // One line a kind of term: a factor on all Lennard-Jones parameters is one fault.
    var changes: [String: [TermChange]] = [:]
    for label in Set(before.terms.keys).union(after.terms.keys).sorted() {
      guard let change = TermChange(label, before.terms[label], after.terms[label]) else { continue }
      changes[change.kind, default: []].append(change)
    }
    for (_, own) in changes.sorted(by: { $0.key < $1.key }) {
      let largest = own.max { $0.size < $1.size }!
      let text = largest.text + (own.count == 1 ? "" : ", and others of its kind")
      if let index = found.firstIndex(where: { $0.text == text }) {
        found[index].molecules.append(before.molecule)
      } else {
        found.append((text, largest.change, [before.molecule]))
      }
    }
  }
  return found.map { change in
    let others = change.molecules.count - 1
    let place =
      change.molecules[0] + (others == 0 ? "" : " and \(others) other molecule\(others == 1 ? "" : "s")")
    return RegressionFailure(
      .base, change.molecules[0], "\(place): \(change.text)", change: change.change)
  }
}

/// A changed parameter of a force field.
private struct TermChange {
  /// "bond".
  var kind: String
  var text: String
  /// The numbers; nil where a term is gone or new.
  var change: RegressionFailure.Change?
  /// Relative change, to find the largest.
  var size: Double

  /// The change from `before` to `after`, nil being no such term; nil where there is none.
  init?(_ label: String, _ before: [[Double]]?, _ after: [[Double]]?) {
    guard before != after else { return nil }
    kind = String(label.prefix { $0 != " " })
    let components = DataDigest.components(of: label)
    func words(_ row: [Double]) -> String {
      zip(components, row).map { "\($0.name) \(plain($1))" + ($0.unit.isEmpty ? "" : " \($0.unit)") }
        .joined(separator: ", ")
    }
    switch (before, after) {
    case (let before?, nil):
      (text, size) = ("\(label) is gone; it had \(before.map(words).joined(separator: " or "))", .infinity)
    case (nil, let after?):
      (text, size) = ("\(label) is new, with \(after.map(words).joined(separator: " or "))", .infinity)
    case (let before?, let after?):
      // Row by row where there are as many: charges by atom, and the only parameters of a type.
      guard before.count == after.count, zip(before, after).allSatisfy({ $0.count == $1.count }) else {
        text =
          """
          \(label) has \(after.map(words).joined(separator: " or ")) instead of \
          \(before.map(words).joined(separator: " or "))
          """
        size = .infinity
        return
      }
      let changes = before.indices.flatMap { row in
        before[row].indices.filter { before[row][$0] != after[row][$0] }.map {
          (
            row: row, column: $0,
            size: abs(after[row][$0] - before[row][$0]) / max(abs(before[row][$0]), 1e-3)
          )
        }
      }
      let largest = changes.max { $0.size < $1.size }!
      let (old, new) = (before[largest.row][largest.column], after[largest.row][largest.column])
      let component =
        components.indices.contains(largest.column) ? components[largest.column] : (name: "value", unit: "")
      let unit = component.unit.isEmpty ? "" : " \(component.unit)"
      if kind == "charges" {
        let others = changes.count - 1
        text =
          """
          the charge of atom \(largest.row) changed by \(signed(new - old, as: plain)), from \(plain(old)) \
          to \(plain(new))\(unit)
          """
          + (others == 0 ? "" : ", and \(others) more")
      } else {
        text =
          """
          \(label): the \(component.name) changed by \(signed(new - old, as: plain)), from \(plain(old)) to \
          \(plain(new))\(unit)
          """
      }
      size = largest.size
      change = .init(before: old, after: new, unit: component.unit)
    case (nil, nil): return nil
    }
  }
}

/// Energies, torques and geometries of the grid points that both have.
private func pointFailures(_ before: DataDigest.ScanDigest, _ after: DataDigest.ScanDigest)
  -> [RegressionFailure]
{
  // Grid points of one angle follow in the file's order.
  var free = Array(after.angles.indices)
  let pairs = before.angles.indices.compactMap { index -> (old: Int, new: Int)? in
    guard
      let place = free.firstIndex(where: {
        let difference = abs(after.angles[$0] - before.angles[index]).truncatingRemainder(dividingBy: 360)
        return min(difference, 360 - difference) < 1
      })
    else { return nil }
    return (index, free.remove(at: place))
  }
  func failure(
    _ what: String, _ unit: String, least: Double, isRelative: Bool = false, _ old: [Double?],
    _ new: [Double?]
  ) -> RegressionFailure? {
    var known = pairs.compactMap { pair -> (angle: Double, old: Double, new: Double)? in
      guard let o = old[pair.old], let n = new[pair.new] else { return nil }
      return (before.angles[pair.old], o, n)
    }
    guard !known.isEmpty else { return nil }
    if isRelative {
      // The zero is the lowest grid point's, which may be the one that changed.
      let shift = known.map { $0.new - $0.old }.sorted()[known.count / 2]
      for index in known.indices { known[index].new -= shift }
    }
    let changed = known.filter { abs($0.new - $0.old) > least }
    guard let worst = changed.max(by: { abs($0.new - $0.old) < abs($1.new - $1.old) }) else { return nil }
    let extent =
      changed.count == 1 ? "" : " (\(changed.count) of \(known.count) grid points changed\(factor(known)))"
    return RegressionFailure(
      .data, before.label,
      """
      scan \(before.label): \(what) at \(plain(worst.angle.rounded()))° changed by \
      \(signed(worst.new - worst.old)) \(unit), from \(number(worst.old)) to \(number(worst.new))\(extent)
      """,
      change: .init(before: worst.old, after: worst.new, unit: unit))
  }
  return [
    failure(
      "QM's energy", "kcal/mol", least: 0.0025, isRelative: true, before.energies, after.energies),
    failure(
      "QM's torque about the driven bond", "kcal/mol/rad", least: 0.0015, before.torques, after.torques),
    failure("the geometry's radius of gyration", "Å", least: 0.00015, before.radii, after.radii),
  ].compactMap { $0 }
}

/// ", all by a factor of -1" where that is so.
private func factor(_ points: [(angle: Double, old: Double, new: Double)]) -> String {
  let n = Double(points.count)
  let (x, y) = (points.reduce(0) { $0 + $1.old } / n, points.reduce(0) { $0 + $1.new } / n)
  let xx = points.reduce(0) { $0 + ($1.old - x) * ($1.old - x) }
  let xy = points.reduce(0) { $0 + ($1.old - x) * ($1.new - y) }
  guard points.count > 2, xx > 1e-4 else { return "" }
  let slope = xy / xx
  let worst = points.map { abs($0.new - y - slope * ($0.old - x)) }.max() ?? 0
  // Numbers of the digest are rounded to a thousandth.
  guard abs(slope - 1) > 0.005, worst < 0.002 * (1 + abs(slope)) else { return "" }
  return ", all by a factor of \(plain(rounded(slope, 3)))"
}

/// A number as it is, without a superfluous ".0".
private func plain(_ value: Double) -> String {
  let text = "\(rounded(value, 6))"
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}
