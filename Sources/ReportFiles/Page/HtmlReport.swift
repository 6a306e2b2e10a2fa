// The page as one text: no network, no other file, the same bytes for the same fit.

import FoundationEssentials
import TextFiles
import TorsionModel

/// index.html of a fit: a self-contained page that reads well without scripts and prints.
///
/// It is well-formed XML too, so that tools can read it.
/// - Parameters:
///   - fit: the fit.
///   - validation: predictions of molecules by fits that did not see them, as leaving one out in turn makes them; nil
///     shows those of the fit's own held-out molecules, when it has any.
///   - provenance: where data and program come from.
public func htmlReport(
  of fit: Fit, validation: [ScanPrediction]? = nil, provenance: ReportProvenance
) -> String {
  ReportPage(fit, validation: validation, provenance: provenance).html
}

/// What the page shows, as JSON: `validate` adds to it and renders the page anew.
/// - Throws: `EncodingError` for a number that is not finite, which no fit has.
public func reportPageData(
  of fit: Fit, validation: [ScanPrediction]? = nil, provenance: ReportProvenance
) throws -> String {
  let page = ReportPage(fit, validation: validation, provenance: provenance)
  return try page.data()
}

/// A report's page with what validation found.
///
/// - Parameters:
///   - path: page.json of the report.
///   - predictions: of molecules by fits that did not see them, each left out in turn.
///   - summary: scores to show beside: learning curve and halves.
/// - Returns: page.json and index.html.
/// - Throws: ``InputError`` when the file is missing or of another version.
public func validatedPage(
  _ path: String, predictions: [ScanPrediction]?, summary: Summary
) throws -> (data: String, html: String) {
  var page = try ReportPage(readingFrom: path)
  if let predictions, !predictions.isEmpty {
    page.heldOut = HeldOutPanel(predictions, isInTurn: true)
    for index in page.scans.indices { page.scans[index].include(predictions) }
  }
  page.heldOut?.learningCurve = (summary.validation?.learningCurve ?? []).filter {
    $0.likelihood == summary.model.likelihood
  }.reduce(into: [:]) { (best: inout [Int: Summary.LearningCurvePoint], point) in
    // Of the points with equally many molecules the one with all grid points.
    if best[point.molecules].map({ $0.gridPoints < point.gridPoints }) ?? true {
      best[point.molecules] = point
    }
  }.values.sorted { $0.molecules < $1.molecules }.compactMap { point in
    point.rmse.map { HeldOutPanel.LearningPoint(molecules: point.molecules, rmse: $0) }
  }
  page.halvesZ = summary.splitHalves?.rmsZ
  return (try page.data(), page.html)
}

extension ReportPage {
  /// page.json.
  fileprivate func data() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
  }

  /// The page.
  var html: String {
    let points = scans.reduce(0) { $0 + $1.points.count }
    let derivedLink: Markup? = derived.isEmpty ? nil : "<a href=\"#derived\">What follows</a>"
    let publishedLink: Markup? =
      published == nil ? nil : "<a href=\"#published\">As others print errors</a>"
    let levelLink: Markup? = levels == nil ? nil : "<a href=\"#levels\">Levels of theory</a>"
    let level: Markup? = levelOfTheory.map { "<li>\($0)</li>" }
    let page: Markup = """
      <!DOCTYPE html>
      <html xmlns="http://www.w3.org/1999/xhtml" lang="en">
      <head>
      <meta charset="utf-8" />
      <title>\(family): torsion fit</title>
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src \
      'unsafe-inline'; img-src data:" />
      <link rel="icon" href="data:," />
      <style>\(pageStyle)</style>
      </head>
      <body>
      <a class="skip" href="#main">Skip to the answer</a>
      <header>
      <h1>\(family) <span class="muted">torsion fit</span></h1>
      <ul class="facts"><li>\(counted(molecules.count, "molecule"))</li><li>\(counted(scans.count, "scan"))</li>\
      <li>\(counted(points, "grid point"))</li><li>\(counted(parameters.count, "parameter"))</li>\(level)<li>Swivel \
      \(provenance.version)</li></ul>
      <nav aria-label="Sections"><a href="#answer">Answer</a><a href="#scans">Scans</a>\
      <a href="#parameters">Parameters</a>\
      <a href="#held-out">Unseen molecules</a>\
      \(levelLink)\(derivedLink)\(publishedLink)<a href="#diagnostics">Diagnostics</a>\
      <a href="#provenance">Provenance</a></nav>
      </header>
      <main id="main">
      \(firstScreen)
      \(scanSection)
      \(parameterSection)
      \(heldOutSection)
      \(levelSection)
      \(derivedSection)
      \(publishedSection)
      \(diagnosticsSection)
      \(provenanceSection)
      </main>
      <dialog id="large" aria-labelledby="large-h"><div class="dialog-head"><h2 id="large-h"></h2>\
      <button type="button" id="large-close">Close</button></div><div id="large-body"></div></dialog>
      <div id="tip" role="status" hidden="hidden"></div>
      <script>\(pageScript)</script>
      </body>
      </html>

      """
    return page.source
  }
}
