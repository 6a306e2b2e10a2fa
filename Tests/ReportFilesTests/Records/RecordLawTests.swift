// Laws of the records: what is written is read, key by key; a field that is missing or of another kind is named by its path.

import Foundation
import Support
import Testing
import TextFiles
import TorsionModel
import Validation

@testable import ReportFiles

/// A JSON file whose values can be taken out and put in by their path: "model.scales[0].mean".
struct EditableJSON {
  var root: Any

  init(_ text: String) throws { root = try JSONSerialization.jsonObject(with: Data(text.utf8)) }

  var text: String {
    get throws {
      String(decoding: try JSONSerialization.data(withJSONObject: root, options: [.sortedKeys]), as: UTF8.self)
    }
  }

  enum Step: Hashable {
    case key(String)
    case index(Int)
  }

  /// Every value at a key, the first element of a list standing for all of it.
  var paths: [[Step]] {
    func below(_ value: Any, _ path: [Step]) -> [[Step]] {
      if let object = value as? [String: Any] {
        return object.sorted { $0.key < $1.key }.flatMap { key, value in
          [path + [.key(key)]] + below(value, path + [.key(key)])
        }
      }
      if let list = value as? [Any], let first = list.first { return below(first, path + [.index(0)]) }
      return []
    }
    return below(root, [])
  }

  /// "model.scales[0].mean".
  static func name(_ path: [Step]) -> String {
    path.reduce("") { text, step in
      switch step {
      case .key(let key): text.isEmpty ? key : "\(text).\(key)"
      case .index(let index): "\(text)[\(index)]"
      }
    }
  }

  /// The same with another value at a path, or without the key where it is nil.
  func changed(_ path: [Step], to new: Any?) -> EditableJSON {
    func edited(_ value: Any, _ rest: ArraySlice<Step>) -> Any {
      guard let step = rest.first else { return new ?? NSNull() }
      switch step {
      case .key(let key):
        guard var object = value as? [String: Any] else { return value }
        if rest.count == 1 { object[key] = new } else { object[key] = object[key].map { edited($0, rest.dropFirst()) } }
        return object
      case .index(let index):
        guard var list = value as? [Any] else { return value }
        list[index] = edited(list[index], rest.dropFirst())
        return list
      }
    }
    var result = self
    result.root = edited(root, path[...])
    return result
  }
}

@Suite struct RecordLawTests {
  private static let families = ["alkanes", "amides", "biaryls", "esters", "ethers"].filter {
    FileManager.default.fileExists(atPath: "\(Folders.root)/reports/\($0)/summary.json")
  }

  private static func shipped(_ file: String) throws -> String { try readText("\(Folders.root)/\(file)") }

  /// Reads a text as a file of a name.
  private func read<Record>(_ text: String, _ name: String, _ reader: (String) throws -> Record) throws -> Record {
    try Folders.temporary { folder in
      try Folders.write(text, to: "\(folder)/\(name)")
      return try reader("\(folder)/\(name)")
    }
  }

  @Test(arguments: families) func shippedRecordsAreWrittenAsTheyWereRead(_ family: String) throws {
    func again<Record: Codable & Equatable>(_ file: String, _ reader: (String) throws -> Record) throws {
      let record = try reader("\(Folders.root)/\(file)")
      let text = try jsonText(record)
      #expect(try read(text, "x.json", reader) == record, "\(file)")
      // Every key of the file is one of the record's: nothing is lost on the way.
      let (before, after) = (try EditableJSON(Self.shipped(file)), try EditableJSON(text))
      #expect(
        Set(before.paths.map(EditableJSON.name)).subtracting(after.paths.map(EditableJSON.name)).isEmpty, "\(file)")
    }
    try again("reports/\(family)/summary.json") { try Summary(readingFrom: $0) }
    try again("reports/\(family)/run.json") { try RunRecord(readingFrom: $0) }
    let baseline = try Baseline(readingFrom: "\(Folders.root)/families/\(family)/baseline.json")
    let text = try baseline.text()
    #expect(try read(text, "baseline.json") { try Baseline(readingFrom: $0) } == baseline)
    #expect(try baseline.text() == Self.shipped("families/\(family)/baseline.json"))
  }

  /// Without a key a record is read where it may be null, and else refused by the key's name; another kind of value is
  /// refused by its path.
  @Test(arguments: ["reports/esters/summary.json", "reports/esters/run.json", "families/esters/baseline.json"])
  func everyFieldIsLookedAt(_ file: String) throws {
    let whole = try EditableJSON(Self.shipped(file))
    func refused(_ changed: EditableJSON) throws -> InputError? {
      try Folders.temporary { folder in
        let path = "\(folder)/\(URL(fileURLWithPath: file).lastPathComponent)"
        try Folders.write(try changed.text, to: path)
        do {
          switch path.split(separator: "/").last {
          case "run.json": _ = try RunRecord(readingFrom: path)
          case "baseline.json": _ = try Baseline(readingFrom: path)
          default: _ = try Summary(readingFrom: path)
          }
          return nil
        } catch let error as InputError {
          #expect(error.place?.file == path && error.hint != nil, "\(error)")
          return error
        }
      }
    }
    #expect(try refused(whole) == nil)
    var required = 0
    for path in whole.paths where path != [.key("schema")] {
      let name = EditableJSON.name(path)
      guard case .key(let key) = path.last else { continue }
      if let error = try refused(whole.changed(path, to: nil)) {
        required += 1
        let place = EditableJSON.name(path.dropLast())
        let words = "lacks \"\(key)\"" + (place.isEmpty ? "" : " at \(place)")
        // A dictionary that goes by names has no key that it must have; what it lacks then is told by what it is for.
        #expect(
          error.message == words || error.message.contains("no fit") || error.message.contains("lacks the"),
          "\(name): \(error)")
      }
      // A value of another kind is never taken for one of the right kind.
      let value = whole.value(at: path)
      let other: Any = value is NSNull ? [[true]] : value is String ? 7 : "seven"
      let error = try #require(try refused(whole.changed(path, to: other)), "\(name)")
      #expect(error.message.hasPrefix("holds a value of another kind at \(name)"), "\(name): \(error)")
    }
    #expect(required > 5)
  }

  @Test func schemasOfOtherRecordsAreNamed() throws {
    let hints = [
      ("reports/esters/summary.json", "run `swivel fit` again"),
      ("families/esters/baseline.json", "`swivel check --update`"),
    ]
    for (file, hint) in hints {
      let whole = try EditableJSON(Self.shipped(file))
      for (schema, words) in [
        ("swivel.run/1", "has schema \"swivel.run/1\""), ("", "has schema \"\""), (nil, "states no schema"),
      ] {
        let text = try whole.changed([.key("schema")], to: schema as Any?).text
        let error = #expect(throws: InputError.self) {
          try read(text, "x.json") { path in
            if file.hasSuffix("baseline.json") {
              _ = try Baseline(readingFrom: path)
            } else {
              _ = try Summary(readingFrom: path)
            }
          }
        }
        #expect(
          error?.message.hasPrefix(words) == true && error?.hint?.contains(hint) == true, "\(error?.description ?? "")")
      }
    }
  }

  /// A new record of a fit is one that can be read, whatever is undefined in it.
  @Test func recordsOfAFitAreRead() async throws {
    var fit = try await SyntheticFamily.fit.value
    for change in [
      { _ in },
      {
        $0.baseRMSE = .nan; $0.parameters[0].contraction = .infinity
      },
    ] as [(inout Fit) -> Void] {
      change(&fit)
      let summary = Summary(fit, version: "0.0.0-test")
      #expect(try read(try jsonText(summary), "summary.json") { try Summary(readingFrom: $0) } == summary)
      let page = try reportPageData(of: fit, provenance: SyntheticFamily.provenance)
      let written = try Folders.temporary { folder in
        try Folders.write(page, to: "\(folder)/page.json")
        return try WrittenReport(folder: folder)
      }
      #expect(written.html == htmlReport(of: fit, provenance: SyntheticFamily.provenance))
      #expect(written.family == fit.family && written.gates.count > 4 && written.tables.count >= 3)
    }
    let baseline = Baseline(
      version: "0", family: fit.family, origin: fit.origin, seed: 1, settings: fit.options.settings, inputs: [:],
      data: DataDigest(SyntheticFamily.family()), fit: FitDigest(fit))
    let again = try read(try baseline.text(), "baseline.json") { try Baseline(readingFrom: $0) }
    #expect(again == baseline)
    // Its settings are the fit's options again.
    var options = FitOptions()
    #expect(options.make(again.settings).isEmpty && options.settings == fit.options.settings)
  }
}

extension EditableJSON {
  /// What stands at a path; null where nothing does.
  func value(at path: [Step]) -> Any {
    path.reduce(root) { value, step in
      switch step {
      case .key(let key): (value as? [String: Any])?[key] ?? NSNull()
      case .index(let index): (value as? [Any])?[index] ?? NSNull()
      }
    }
  }
}
