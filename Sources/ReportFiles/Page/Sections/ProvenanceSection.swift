// The section of provenance: settings, command, files and their hashes, how to cite.

import TextFiles

extension ReportPage {
  var provenanceSection: Markup {
    let command = (provenance.command ?? []).map(shellWord).joined(separator: " ")
    let choices = settings.map { "<div><dt>\($0.name)</dt><dd>\($0.value)</dd></div>" as Markup }
    let files = provenance.inputs.map { input -> Markup in
      "<tr><th scope=\"row\" class=\"path\">\(input.path)</th><td class=\"hash\"><code>\(input.sha256)</code></td></tr>"
    }
    let inputs: Markup =
      files.isEmpty
      ? "<p>No file was read.</p>"
      : """
      <details><summary>\(counted(files.count, "input file")) and their SHA-256 \
      hashes</summary><div class="scroll" tabindex="0" role="region" aria-labelledby="inputs-caption">
      <table id="inputs"><caption id="inputs-caption"><span>Every file read, with the SHA-256 of its \
      bytes.</span></caption><thead><tr><th scope="col">file</th>\
      <th scope="col">SHA-256</th></tr></thead><tbody>\(files)</tbody></table></div></details>
      """
    return """
      <section id="provenance" aria-labelledby="provenance-h"><h2 id="provenance-h">Provenance</h2>
      <h3>To make it again</h3><pre class="command" tabindex="0"><code>\(command)</code></pre>
      <h3>Model</h3><dl class="settings">\(choices)\
      <div><dt>1-4 scaling the numbers hold \
      under</dt><dd>\(oneFourScalings.isEmpty ? "none" : listed(oneFourScalings))</dd></div>\
      <div><dt>Level of theory</dt><dd>\(levelOfTheory ?? "not stated")</dd></div>\
      <div><dt>Licence of the data</dt><dd>\(provenance.license ?? "not stated: see the family's README")</dd></div>\
      <div><dt>Swivel</dt><dd>\(provenance.version)</dd></div></dl>
      <h3>Data</h3>\(inputs)
      <h3>How to cite</h3><p class="cite">Torsion parameters of the family \u{201C}\(family)\u{201D}, fitted with \
      Swivel \(provenance.version) to \
      \(levelOfTheory.map { "\($0) torsion scans" } ?? "torsion scans") of \(counted(molecules.count, "molecule")). \
      The numbers behind this page are in summary.json and posterior.csv beside it.</p>
      </section>
      """
  }
}
