// The page as one text: no network, no other file, the same bytes for the same fit.

import TorsionModel

/// index.html of a fit: a self-contained page that reads well without scripts and prints.
///
/// It is well-formed XML too, so that tools can read it.
/// - Parameter validation: predictions of molecules by fits that did not see them, as leaving one out in turn makes
///   them; nil shows those of the fit's own held-out molecules, when it has any.
public func htmlReport(
  of fit: Fit, validation: [ScanPrediction]? = nil, provenance: ReportProvenance
) -> String {
  ReportPage(fit, validation: validation, provenance: provenance).html
}

extension ReportPage {
  /// The page.
  var html: String {
    let points = scans.reduce(0) { $0 + $1.points.count }
    let derivedLink: Markup? = derived.isEmpty ? nil : "<a href=\"#derived\">What follows</a>"
    let level: Markup? = levelOfTheory.map { "<li>\($0)</li>" }
    let page: Markup = """
      <!DOCTYPE html>
      <html xmlns="http://www.w3.org/1999/xhtml" lang="en">
      <head>
      <meta charset="utf-8" />
      <title>\(family): torsion fit</title>
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:" />
      <link rel="icon" href="data:," />
      <style>\(pageStyle)</style>
      </head>
      <body>
      <a class="skip" href="#main">Skip to the answer</a>
      <header>
      <h1>\(family) <span class="muted">torsion fit</span></h1>
      <ul class="facts"><li>\(counted(molecules.count, "molecule"))</li><li>\(counted(scans.count, "scan"))</li>\
      <li>\(counted(points, "grid point"))</li><li>\(counted(parameters.count, "parameter"))</li>\(level)<li>Swivel \(provenance.version)</li></ul>
      <nav aria-label="Sections"><a href="#answer">Answer</a><a href="#scans">Scans</a><a href="#parameters">Parameters</a>\
      <a href="#held-out">Unseen molecules</a>\(derivedLink)<a href="#diagnostics">Diagnostics</a><a href="#provenance">Provenance</a></nav>
      </header>
      <main id="main">
      \(firstScreen)
      \(scanSection)
      \(parameterSection)
      \(heldOutSection)
      \(derivedSection)
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
