// The gates of the data: what reading them found odd, a gate a kind, and levels of theory that were declared.

import Chemistry

extension ReportPage {
  /// One gate a kind of note; one that is good where nothing was found; none in pages of older versions.
  var dataGates: [Gate] {
    guard let notes = dataNotes else { return [] }
    let kinds = DataNote.Kind.allCases.filter { kind in notes.contains { $0.kind == kind } }
    let gates = kinds.map { kind -> Gate in
      let own = notes.filter { $0.kind == kind }
      let more = own.count > 2 ? " And \(own.count - 2) more, which swivel inspect lists." : ""
      return Gate(
        title: kind.title, verdict: .look,
        reason: own.prefix(2).map { $0.text + "." }.joined(separator: " ") + more, place: "scans")
    }
    let good = Gate(
      title: "Data", verdict: .good,
      reason:
        "Energies follow forces and angles, no rotor jumps along a path, and nothing else odd was found in reading.",
      place: "scans")
    return (gates.isEmpty ? [good] : gates) + [levelGate].compactMap { $0 }
  }

  /// Levels of theory that the manifest declares.
  private var levelGate: Gate? {
    guard let levels, !(dataNotes ?? []).contains(where: { $0.kind == .levels }) else { return nil }
    let others = levels.levels.filter { !$0.target }
    let words = others.map { level in
      "\(level.level ?? "another level") (\(counted(level.scans, "scan")))"
    }
    return Gate(
      title: DataNote.Kind.levels.title, verdict: .good,
      reason:
        """
        Scans of \(listed(words)) stand beside those of the family’s level, with noise and a learned \
        difference of their own.
        """,
      place: "levels")
  }
}
