// QCSchema of QCEngine and Psi4, versions 1 and 2: molecules, single results, optimisations. Hartree and bohr
// throughout.

import Chemistry
import TextFiles

/// Reads what stands in one JSON object of QCSchema into frames.
struct QCSchemaReader {
  let file: String
  /// kcal/mol per hartree, checked against what the manifest states.
  let factor: Double

  func fault(_ message: String) -> InputError {
    InputError(SourcePlace(file: file), message, hint: "the file may be truncated, or of a failed run")
  }

  /// Symbols and geometry (Å) of a molecule.
  func molecule(_ value: JSONValue?, of what: String) throws -> (symbols: [String], coordinates: [Vector3]) {
    guard let value, let symbols = value["symbols"]?.elements?.compactMap(\.string), !symbols.isEmpty,
      let geometry = value["geometry"]?.flatNumbers
    else { throw fault("\(what) has no molecule with symbols and a geometry") }
    guard geometry.count == 3 * symbols.count, let coordinates = vectors(geometry, times: Units.bohr) else {
      throw fault("\(what) has \(symbols.count) symbols and \(geometry.count) coordinates")
    }
    return (symbols, coordinates)
  }

  /// A single result: AtomicResult of version 1 or 2.
  func atomicResult(_ value: JSONValue, of what: String) throws -> RawFrame {
    if case .bool(false) = value["success"] ?? .null {
      throw fault("\(what) is a failed run\(errorMessage(value))")
    }
    let (symbols, coordinates) = try molecule(value["molecule"] ?? value["input_data"]?["molecule"], of: what)
    var frame = RawFrame(symbols: symbols, coordinates: coordinates, line: 1)
    let driver = value["driver"]?.string ?? value["input_data"]?["specification"]?["driver"]?.string
    let result = value["return_result"]
    if let energy = value["properties"]?["return_energy"]?.number
      ?? (driver == "energy" ? result?.number : nil)
    {
      frame.energy = energy * factor
    }
    let gradient =
      (driver == "gradient" ? result?.flatNumbers : nil)
      ?? value["properties"]?["return_gradient"]?.flatNumbers
    if let gradient {
      guard gradient.count == 3 * symbols.count else {
        throw fault("\(what) has \(symbols.count) atoms and \(gradient.count) numbers of its gradient")
      }
      frame.forces = vectors(gradient, times: -Units.hartreePerBohr)
    }
    frame.checkFinite()
    return frame
  }

  /// The end of an optimisation: OptimizationResult of version 1 or 2, or a record of QCArchive.
  func optimisation(_ value: JSONValue, of what: String) throws -> RawFrame {
    if case .bool(false) = value["success"] ?? .null {
      throw fault("\(what) is a failed run\(errorMessage(value))")
    }
    let trajectory = value["trajectory"]?.elements ?? value["trajectory_results"]?.elements ?? []
    let properties = value["trajectory_properties"]?.elements ?? []
    let energies = value["energies"]?.flatNumbers ?? properties.compactMap { $0["return_energy"]?.number }
    let last = try trajectory.last.flatMap {
      $0.object == nil ? nil : try atomicResult($0, of: "the end of \(what)")
    }
    let final = value["final_molecule"] ?? value["final_structure"]
    guard final != nil || last != nil else {
      throw fault("\(what) has neither a final molecule nor a trajectory")
    }
    var frame = last ?? RawFrame(coordinates: [], line: 1)
    if let final {
      let (symbols, coordinates) = try molecule(final, of: what)
      // The gradient belongs to the geometry of its own result.
      if let last,
        zip(last.coordinates, coordinates).contains(where: { ($0 - $1).norm > 1e-4 })
          || last.symbols != symbols
      {
        frame.forces = nil
      }
      (frame.symbols, frame.coordinates) = (symbols, coordinates)
    }
    if let energy = energies.last ?? value["properties"]?["return_energy"]?.number {
      frame.energy = energy * factor
    }
    frame.checkFinite()
    return frame
  }

  /// What a failed run says of itself, behind a colon; empty where it says nothing.
  func errorMessage(_ value: JSONValue) -> String {
    guard let line = value["error"]?["error_message"]?.string?.split(separator: "\n").first else { return "" }
    return ": \(line.prefix(120))"
  }

  /// "HF/STO-3G" of a result, an optimisation or a drive; nil where no method stands anywhere.
  func level(_ value: JSONValue) -> String? {
    let places: [JSONValue?] = [
      value["model"], value["input_data"]?["specification"]?["model"], value["input_specification"]?["model"],
      value["input_data"]?["specification"]?["specification"]?["model"],
      value["input_data"]?["specification"]?["specification"]?["specification"]?["model"],
      value["specification"]?["qc_specification"], value["qc_spec"],
      value["specification"]?["optimization_specification"]?["qc_specification"],
      value["specification"]?["model"],
    ]
    for case let place? in places {
      guard let method = place["method"]?.string else { continue }
      guard let basis = place["basis"]?.string, !basis.isEmpty else { return method }
      return "\(method)/\(basis)"
    }
    return nil
  }

  /// The program of a result, or that under an optimisation.
  func program(_ value: JSONValue) -> String? {
    func words(_ provenance: JSONValue?) -> String? {
      guard let creator = provenance?["creator"]?.string else { return nil }
      return [creator, provenance?["version"]?.string ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
    }
    let end = value["trajectory"]?.elements?.last ?? value["trajectory_results"]?.elements?.last
    let own = [words(end?["provenance"]), words(value["provenance"])].compactMap { $0 }
    return own.isEmpty ? nil : own.joined(separator: " under ")
  }
}
