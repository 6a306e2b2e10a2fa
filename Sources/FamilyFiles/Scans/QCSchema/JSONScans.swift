// JSON of any kind that holds scans: told by its keys.

import Chemistry
import TextFiles

/// Reads a JSON file: QCSchema results, torsion drives, records of QCArchive, yammbs's data sets, ASE's databases.
/// - Throws: `InputError` where it is no JSON, or none of these.
func readJSONScans(_ source: ScanSource, statement: ScanStatement) throws -> [RawScan] {
  let root = try parseJSON(source.bytes, file: source.file)
  if isASEDatabase(root) { return [try readASEDatabase(root, file: source.file, statement: statement)] }
  if let profiles = root["qm_torsions"]?.elements {
    return try profiles.map { try readYammbsProfile($0, file: source.file, statement: statement) }
  }
  let reader = QCSchemaReader(
    file: source.file, factor: try statement.factor(of: .hartree, in: "QCSchema file", file: source.file))
  if case .list(let records) = root {
    let scans = try records.map { try scan($0, reader: reader) }
    return combined(scans, file: source.file)
  }
  return [try scan(root, reader: reader)]
}

/// What one object is.
private func scan(_ value: JSONValue, reader: QCSchemaReader) throws -> RawScan {
  let name = value["schema_name"]?.string ?? ""
  let version = value["schema_version"]?.number.map { " v\(Int(clamping: $0))" } ?? ""
  if value["record_type"]?.string == "torsiondrive" || value["minimum_optimizations"] != nil {
    return try reader.torsionDrive(value, format: "QCPortal TorsiondriveRecord")
  }
  if name.contains("torsion_drive") || value["final_molecules"] != nil {
    return try reader.torsionDrive(value, format: "QCSchema TorsionDriveResult\(version)")
  }
  var scan = RawScan(file: reader.file, format: "QCSchema AtomicResult\(version)")
  if name.contains("optimization") || value["record_type"]?.string == "optimization"
    || value["final_molecule"] != nil
  {
    scan.format =
      value["record_type"] == nil ? "QCSchema OptimizationResult\(version)" : "QCPortal OptimizationRecord"
    scan.frames = [try reader.optimisation(value, of: "the optimisation")]
  } else if value["return_result"] != nil || value["properties"]?["return_energy"] != nil {
    scan.frames = [try reader.atomicResult(value, of: "the result")]
  } else if case .bool(false) = value["success"] ?? .null {
    throw reader.fault("is a failed run\(reader.errorMessage(value))")
  } else {
    let known = value.object.map { $0.keys.sorted().prefix(8).joined(separator: ", ") } ?? "no object"
    throw InputError(
      SourcePlace(file: reader.file), "is JSON of no kind that Swivel reads (\(known))",
      hint:
        "it reads QCSchema results of QCEngine and Psi4, TorsiondriveRecords, yammbs's qm_torsions and ASE's databases"
    )
  }
  scan.program = reader.program(value)
  scan.state(level: reader.level(value))
  return scan
}

/// Single results of one molecule in a list as one scan; anything else as it is.
private func combined(_ scans: [RawScan], file: String) -> [RawScan] {
  guard scans.count > 1,
    scans.allSatisfy({ $0.frames.count == 1 && $0.frames[0].symbols == scans[0].frames[0].symbols })
  else { return numbered(scans) }
  var all = scans[0]
  all.frames = scans.flatMap(\.frames)
  for scan in scans { scan.levels.forEach { all.state(level: $0) } }
  return [all]
}

/// Entries without a name are called by their number, from 1.
private func numbered(_ scans: [RawScan]) -> [RawScan] {
  guard scans.count > 1 else { return scans }
  return scans.enumerated().map { index, scan in
    var scan = scan
    scan.entry = scan.entry ?? String(index + 1)
    return scan
  }
}
