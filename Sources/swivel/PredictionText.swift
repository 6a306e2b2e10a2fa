// What predict prints, as tables.

import Chemistry
import FoundationEssentials
import ReportFiles
import TextFiles

extension PredictionRecord {
  /// Tables for a person.
  var text: String {
    func range(_ bounds: [Double], _ digits: Int) -> String {
      "[\(decimal(bounds[0], digits)), \(decimal(bounds[1], digits))]"
    }
    let isMap = points.contains { $0.second != nil }
    var lines = [
      "dihedral \(joinedIndices(driven)) (\(types.joined(separator: "-"))): "
        + "\(coverage) what the family covers (\(reason))"
        + (geometry == "rigid" ? "; geometries as given, as they are a rigid turn" : "")
        + (held.isEmpty ? "" : "; held besides: \(held.map(joinedIndices).joined(separator: " "))"), "",
      textTable(
        header: ["angle"] + (isMap ? ["second"] : []) + ["energy", "50 %", "90 %"]
          + (points.contains { $0.qm != nil } ? ["QM"] : []),
        rows: points.map {
          [decimal($0.angle, 1)] + ($0.second.map { [decimal($0, 1)] } ?? []) + [
            decimal($0.mean, 2), range($0.interval50, 2), range($0.interval90, 2),
          ]
            + ($0.qm.map { [decimal($0, 2)] } ?? [])
        }),
    ]
    if isMap {
      lines += ["", "no barriers and populations: the scan goes over two dihedrals"]
    } else if minima.isEmpty {
      lines += ["", "no barriers and populations: the grid does not go round the circle, or has no barrier"]
    } else {
      lines += [
        "",
        textTable(
          header: [
            "minimum", "energy", "90 %", "population at \(decimal(temperature, 0)) K", "90 %", "note",
          ],
          rows: minima.map {
            [
              decimal($0.angle, 1), decimal($0.energy, 2), range($0.interval90, 2), decimal($0.population, 3),
              range($0.populationInterval90, 3),
              $0.jensenGap.map { "mean differs from plug-in by \(decimal($0, 3))" } ?? "",
            ]
          }), "",
        textTable(
          header: ["barrier", "height", "90 %"],
          rows: barriers.map { [decimal($0.angle, 1), decimal($0.height, 2), range($0.interval90, 2)] }),
      ]
    }
    if !mirrorImages, !minima.isEmpty {
      lines += [
        "",
        """
        the profile is one path along the geometries given, not an ensemble of other rotors: its \
        populations are of the path
        """
          + (stereocentres.isEmpty
            ? "" : " (stereocentres: atoms \(stereocentres.map(String.init).joined(separator: ", ")))"),
      ]
    }
    if !setAside.isEmpty {
      lines.append("set aside: geometries \(setAside.map(String.init).joined(separator: ", ")) did not relax")
    }
    return lines.joined(separator: "\n")
  }
}
