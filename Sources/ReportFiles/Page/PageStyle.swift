// The page's look: light and dark, screen and paper, wide and narrow.

/// The colours on white: blue, orange and green are those of Okabe and Ito, darkened for contrast; shapes and dashes
/// repeat what they say.
private let lightColours: [(name: String, value: String)] = [
  ("paper", "#fff"), ("card", "#f6f8fa"), ("ink", "#1b2128"), ("muted", "#57616c"), ("rule", "#d3dae1"),
  ("faint", "#e8ecf0"), ("fit", "#0a62a9"), ("base", "#b3500b"), ("held", "#04785a"), ("violet", "#8c3d86"),
  ("good", "#1b7a36"), ("look", "#8a5f00"), ("bad", "#b3261e"), ("focus", "#0a62a9"),
]

/// The style of a drawing in a file of its own: colours spelled out, for programs that know no custom properties.
var figureStyle: Markup {
  var style = drawingStyle.source.replacing(/\.chain-\d\{--c:[^}]*\}/, with: "")
    .replacing(/[^}]*\{[^}]*var\(--c\)[^}]*\}/, with: "")
  for (index, name) in ["fit", "base", "held", "violet"].enumerated() {
    style +=
      """
      .chain.chain-\(index){stroke:var(--\(name));opacity:.8}\
      .chain-dot.chain-\(index),.part.chain-\(index){fill:var(--\(name))}
      """
  }
  style +=
    "text{font-family:Helvetica,Arial,sans-serif}.target,.guide{display:none}.qm.open,.fit-dot.open{fill:#fff}"
  for (name, value) in lightColours { style = style.replacing("var(--\(name))", with: value) }
  return Markup(trusted: style)
}

/// The style sheet.
let pageStyle: Markup =
  Markup(trusted: ":root{\(lightColours.map { "--\($0.name):\($0.value)" }.joined(separator: ";"))}") + """

    @media screen and (prefers-color-scheme:dark){:root{--paper:#10151b;--card:#19212a;--ink:#e6ebf1;--muted:#9ba7b4;\
    --rule:#344050;\
    --faint:#242e39;--fit:#6db8ff;--base:#f2a65a;--held:#4fd0a4;--violet:#e19ada;--good:#62d283;--look:#e6b84a;\
    --bad:#ff8f85;--focus:#6db8ff}}
    *{box-sizing:border-box}
    html{scroll-behavior:smooth;-webkit-text-size-adjust:100%}
    @media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
    body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe \
    UI",Roboto,"Noto Sans",sans-serif}
    header,main{max-width:84rem;margin:0 auto;padding:0 1.25rem}
    header{padding-top:1.25rem}
    main{padding-bottom:3rem}
    h1{font-size:1.9rem;line-height:1.2;margin:0;overflow-wrap:anywhere}
    h2{font-size:1.35rem;margin:2.5rem 0 .5rem}
    h3{font-size:1rem;margin:1.5rem 0 .5rem}
    h4{font-size:.95rem;margin:0}
    p{margin:.35rem 0}
    a{color:var(--fit)}
    code{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.92em}
    :focus-visible{outline:3px solid var(--focus);outline-offset:2px;border-radius:3px}
    .muted,.small{color:var(--muted)}
    h1 .muted{font-weight:400}
    .small{font-size:.85rem}
    .lead{max-width:62rem;color:var(--muted)}
    .lead strong{color:var(--ink)}
    .skip{position:absolute;left:-99rem}
    .skip:focus{left:1rem;top:1rem;background:var(--paper);padding:.5rem 1rem;z-index:2}
    .visually-hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);margin:0}
    .js-only{display:none}
    .js .js-only{display:revert}
    .facts{list-style:none;display:flex;flex-wrap:wrap;gap:.1rem .9rem;margin:.35rem 0 0;padding:0;color:var(--muted)}
    nav{display:flex;flex-wrap:wrap;gap:.25rem 1.1rem;margin-top:.6rem;padding-bottom:.6rem;border-bottom:1px solid \
    var(--rule)}
    nav a{text-decoration:none;padding:.15rem 0}
    nav a:hover{text-decoration:underline}
    section{scroll-margin-top:.5rem}
    .cards{display:grid;gap:1rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,15.5rem),1fr));\
    margin-top:1.25rem}
    .card{background:var(--card);border-radius:10px;padding:.9rem 1.1rem;border-top:4px solid \
    var(--rule);overflow-wrap:anywhere;min-width:0}
    .card h3{margin:0;color:var(--muted);font-weight:600}
    .card.good{border-color:var(--good)}.card.look{border-color:var(--look)}.card.bad{border-color:var(--bad)}
    .big{font-size:1.75rem;line-height:1.25;font-weight:650;margin:.2rem 0;font-variant-numeric:tabular-nums}
    .unit{font-size:1rem;font-weight:400;color:var(--muted)}
    .base-word{color:var(--base)}.fit-word{color:var(--fit)}.held-word{color:var(--held)}
    .sign{display:inline-grid;place-items:center;width:1.45em;height:1.45em;border-radius:50%;font-weight:700;\
    font-size:.85em;\
    color:var(--paper);background:var(--muted);flex:none;vertical-align:.08em;line-height:1}
    .sign.good{background:var(--good)}.sign.bad{background:var(--bad);border-radius:20%}
    .sign.look{background:var(--look);border-radius:35% 35% 8% 8%}
    .sign.not-run{background:none;color:var(--muted)}
    .worries,.gates{list-style:none;margin:.3rem 0 0;padding:0}
    .worries li{margin:.2rem 0}
    .gates{display:grid;gap:.7rem 2rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,26rem),1fr))}
    .gates li{display:flex;gap:.7rem;align-items:flex-start;overflow-wrap:anywhere}
    .gates .sign{margin-top:.15rem}
    .verdict{font-size:.85rem;font-weight:600;margin-left:.3rem}
    .good .verdict{color:var(--good)}.look .verdict{color:var(--look)}.bad .verdict{color:var(--bad)}.not-run \
    .verdict{color:var(--muted)}
    figure{margin:0}
    figcaption h3{margin:0;overflow-wrap:anywhere}
    figcaption p{margin:0;font-size:.9rem;overflow-wrap:anywhere}
    .panels,.chains{display:grid;gap:1rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,22rem),1fr))}
    .panel{position:relative;background:var(--card);border-radius:10px;padding:.8rem \
    .9rem;min-width:0;scroll-margin-top:.5rem}
    .panel:target{outline:3px solid var(--focus)}
    .badge,.flag{display:inline-block;font-size:.78rem;font-weight:600;border:1px solid \
    currentColor;border-radius:1em;padding:0 .55em;white-space:nowrap}
    .badge{color:var(--held);vertical-align:.12em}
    .flag{color:var(--look)}
    .narrow{max-width:30rem}
    .overview{margin:1rem 0 1.5rem}
    .legend{list-style:none;display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;margin:.6rem 0;padding:0;font-size:.88rem}
    .key{width:30px;height:14px;margin-right:.4rem;vertical-align:-.1rem}
    .enlarge{position:absolute;bottom:.7rem;right:.7rem}
    button{font:inherit;font-size:.85rem;color:var(--fit);background:var(--paper);border:1px solid \
    var(--rule);border-radius:6px;padding:.15rem .6rem;cursor:pointer}
    button:hover{border-color:var(--fit)}
    details{margin-top:.3rem}
    .js .panel details[open]{padding-bottom:2.2rem}
    summary{cursor:pointer;color:var(--fit);font-size:.9rem}
    .path{overflow-wrap:anywhere}
    .set-aside-list{font-size:.85rem;border-left:3px solid var(--look);padding-left:.6rem;margin:.4rem 0}
    .set-aside-list ul{margin:0;padding-left:1.1rem}
    """ + drawingStyle + tableStyle + otherMediaStyle

private let drawingStyle: Markup = """

  svg{max-width:100%}
  figure svg[viewBox]:not(.key){display:block;width:100%;height:auto}
  svg.key{display:inline-block}
  text{fill:var(--muted);font-size:11px;font-variant-numeric:tabular-nums}
  text.value{fill:var(--ink)}
  path,line,rect{vector-effect:non-scaling-stroke}
  .grid{stroke:var(--faint);fill:none}
  .frame{stroke:var(--rule);fill:none}
  .zero{stroke:var(--muted);fill:none}
  .qm{fill:var(--ink)}
  .qm.open{fill:var(--card);stroke:var(--ink);stroke-width:1.4}
  .set-aside{fill:none;stroke:var(--bad);stroke-width:2}
  .base{fill:none;stroke:var(--base);stroke-width:1.8;stroke-dasharray:5 3}
  .fit{fill:none;stroke:var(--fit);stroke-width:2}
  .fit.thin{stroke-width:1.3}
  .fit-dot{fill:var(--fit)}
  .fit-dot.open{fill:var(--card);stroke:var(--fit)}
  .held-out{fill:none;stroke:var(--held);stroke-width:1.8;stroke-dasharray:1.5 3;stroke-linecap:round}
  .held-out-band{fill:var(--held);opacity:.16}
  .band90{fill:var(--fit);opacity:.2}
  .band50{fill:var(--fit);opacity:.35}
  .target{fill:transparent}
  .guide{stroke:var(--ink);stroke-width:1;opacity:0;pointer-events:none}
  .target.on + .guide{opacity:.55}
  .strips{list-style:none;margin:0;padding:0}
  .strips li{display:grid;grid-template-columns:minmax(6.5rem,12.5rem) 1fr;gap:.7rem;align-items:center}
  .strips.wide li{grid-template-columns:minmax(7rem,19rem) 1fr 6.2rem}
  .strip{display:block;overflow:visible}
  .row-label{font-size:.88rem;line-height:1.25;text-decoration:none;overflow-wrap:anywhere;color:inherit}
  a.row-label:hover{text-decoration:underline}
  .row-value{font-size:.88rem;font-variant-numeric:tabular-nums;white-space:nowrap}
  .forests{columns:2 28rem;column-gap:2.5rem;margin-bottom:1.5rem}
  .forest,.transfer{break-inside:avoid;margin-bottom:1.4rem}
  .change{stroke:var(--muted);stroke-width:2;opacity:.5}
  .base-mark{fill:var(--base)}
  .fit-mark{fill:var(--fit)}
  .held-out-mark{fill:none;stroke:var(--held);stroke-width:2}
  .prior{fill:var(--muted);opacity:.2}
  .i90{stroke:var(--fit);stroke-width:1.6;fill:none}
  .i50{stroke:var(--fit);stroke-width:5;fill:none}
  .faint .row-label{color:var(--muted);font-style:italic}
  .chain{fill:none;stroke-width:1}
  .chain-0{--c:var(--fit)}.chain-1{--c:var(--base)}.chain-2{--c:var(--held)}.chain-3{--c:var(--violet)}
  .chain{stroke:var(--c);opacity:.8}
  .chain-dot,.part{fill:var(--c)}
  .rank{fill:var(--fit);opacity:.65}
  .honest{fill:var(--muted);opacity:.18}
  .positive{fill:var(--fit)}.negative{fill:var(--base)}.diagonal{fill:var(--muted)}
  .with-sketch{display:grid;grid-template-columns:8rem 1fr;gap:.3rem \
  .8rem;align-items:center;min-height:3.6rem;margin-bottom:.3rem}
  .with-sketch div:only-child{grid-column:1/-1}
  .sketch-bond,.sketch-driven,.sketch-turn{fill:none;stroke:var(--ink);stroke-width:1.3;stroke-linecap:round}
  .sketch-driven{stroke:var(--held);stroke-width:3}
  .sketch-turn{stroke:var(--held);stroke-width:1.2}
  .sketch-path{fill:none;stroke:var(--held);stroke-width:9;stroke-linecap:round;stroke-linejoin:round;opacity:.18}
  .sketch-atom{fill:var(--ink);font-size:11px;font-weight:600}
  .side-by-side{display:grid;gap:1rem 2rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));\
  align-items:start}
  .correlations{margin-top:1.5rem}
  .follows{columns:3 22rem;column-gap:2.5rem;margin-bottom:1rem}
  .qm-mark{fill:none;stroke:var(--ink);stroke-width:2}
  .expected{stroke:var(--ink);stroke-dasharray:3 2;fill:none}
  """

private let tableStyle: Markup = """

  .scroll{overflow-x:auto;max-width:100%}
  table{border-collapse:collapse;font-size:.88rem;font-variant-numeric:tabular-nums;width:100%}
  caption{text-align:left;color:var(--muted);padding:.3rem 0;caption-side:top}
  caption span{display:block;position:sticky;left:0;max-width:min(62rem,calc(100vw - 3rem))}
  th,td{padding:.22rem .6rem;border-bottom:1px solid var(--faint);text-align:left;white-space:nowrap}
  td.number,th.number,.values td,.values th{text-align:right}
  thead th{border-bottom:2px solid var(--rule);color:var(--muted);font-weight:600;vertical-align:bottom;\
  white-space:normal}
  tbody th{font-weight:400}
  td.words{white-space:normal}
  td.words .flag{margin:.08rem 0}
  code,.types{white-space:nowrap}
  .path,.hash code{white-space:normal}
  .values{font-size:.8rem}
  .sortable thead button{border:0;background:none;padding:0;color:inherit;font:inherit;font-weight:600;\
  text-align:inherit}
  .sortable thead button::after{content:"\u{A0}↕";opacity:.45}
  th[aria-sort=ascending] button::after{content:"\u{A0}↑";opacity:1}
  th[aria-sort=descending] button::after{content:"\u{A0}↓";opacity:1}
  tbody tr:hover{background:var(--faint)}
  tr:target{outline:3px solid var(--focus);outline-offset:-3px}
  .meter{display:inline-block;width:3rem;height:.5rem;margin-right:.3rem;background:var(--faint);border-radius:2px;\
  vertical-align:.05rem}
  .meter + span{display:inline-block;min-width:3.2em}
  .meter span{display:block;height:100%;background:var(--fit);border-radius:2px}
  .heat{background:color-mix(in srgb,var(--base) var(--share),transparent)}
  .hash code,.command code{font-size:.82rem}
  .command code{white-space:pre-wrap}
  .command{background:var(--card);padding:.7rem 1rem;border-radius:8px;white-space:pre-wrap;overflow-wrap:anywhere;\
  margin:.3rem 0}
  .settings{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,20rem),1fr));gap:.5rem \
  2rem;margin:.3rem 0}
  .settings dt{font-size:.85rem;color:var(--muted)}
  .settings dd{margin:0;overflow-wrap:anywhere}
  .filter{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center}
  .js .filter{display:flex}
  .js-only.filter{display:none}
  .js .js-only.filter{display:flex}
  input{font:inherit;color:var(--ink);background:var(--paper);border:1px solid \
  var(--muted);border-radius:6px;padding:.25rem .6rem;min-width:min(100%,18rem)}
  [hidden]{display:none!important}
  """

private let otherMediaStyle: Markup = """

  dialog{border:0;border-radius:12px;padding:1rem \
  1.25rem;width:min(96vw,70rem);max-height:96vh;background:var(--paper);color:var(--ink);overflow:auto}
  dialog::backdrop{background:rgba(0,0,0,.55)}
  .dialog-head{display:flex;justify-content:space-between;align-items:center;gap:1rem}
  .dialog-head h2{margin:0;font-size:1.2rem}
  dialog .plot svg{display:block;max-height:72vh;margin-inline:auto}
  dialog text{font-size:6.2px}
  dialog .profile circle{r:1.7px}
  #tip{position:fixed;z-index:5;pointer-events:none;background:var(--ink);color:var(--paper);font-size:.82rem;\
  line-height:1.35;padding:.4rem .65rem;\
  border-radius:6px;white-space:pre;font-variant-numeric:tabular-nums;max-width:95vw}
  @media (max-width:40rem){
  body{font-size:15px}
  h1{font-size:1.5rem}
  header,main{padding-left:.9rem;padding-right:.9rem}
  .sortable tbody th{position:sticky;left:0;background:var(--paper)}
  .strips li,.strips.wide li{grid-template-columns:1fr auto;gap:0 .7rem}
  .strips .strip{grid-row:2;grid-column:1/-1}
  .strips .axis-row .strip{grid-row:1}
  dialog{padding:.7rem}
  dialog text{font-size:10px}
  }
  @media (max-height:32rem){
  dialog{padding:.4rem .8rem}
  dialog .legend{display:none}
  dialog .plot svg{max-height:calc(96vh - 3.6rem)}
  .dialog-head h2{font-size:.95rem}
  }
  @media print{
  body{font-size:10pt}
  header,main{max-width:none;padding:0}
  nav,.skip,.js .js-only,dialog,#tip{display:none!important}
  .card,.panel{border:1px solid var(--rule)}
  .card{border-top-width:4px}
  .panel,.card,.gates li,tr,.forest,.overview,.lead,.strips li,.narrow,.correlations{break-inside:avoid}
  .cards{grid-template-columns:1fr 1fr}
  .panels,.chains{grid-template-columns:1fr 1fr}
  .panel details:not([open]){display:none}
  h2,h3,.lead,.legend,figcaption,caption{break-after:avoid}
  .scroll{overflow:visible}
  th,td{padding:.15rem .35rem}
  .sortable thead button{display:contents}
  .sortable thead button::after{content:none}
  *{-webkit-print-color-adjust:exact;print-color-adjust:exact}
  a{color:inherit;text-decoration:none}
  }
  """
