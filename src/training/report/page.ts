import { html, type Markup } from './markup.ts'

/** A self-contained page: no script, nothing from elsewhere, light and dark, printable. */
export function page(title: string, body: Markup): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${{ markup: style }}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`.markup
}

// The four line colours are Okabe and Ito's, which people with any colour vision tell apart, darkened or lightened to
// 4.5:1 against the page.
const style = `
:root { --page: #fdfcfa; --text: #1f2328; --quiet: #5c636b; --grid: #e3e0da; --accent: #0b5fa5;
  --c0: #0b5fa5; --c1: #b04a00; --c2: #00745a; --c3: #8f3d75; --good: #00745a; --bad: #b04a00 }
@media (prefers-color-scheme: dark) { :root { --page: #15181c; --text: #e8e6e3; --quiet: #a2a9b1; --grid: #2d333a;
  --accent: #6cb6f5; --c0: #6cb6f5; --c1: #f2a65a; --c2: #4fc9a4; --c3: #e09cc9; --good: #4fc9a4; --bad: #f2a65a } }
* { box-sizing: border-box }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.55 system-ui, sans-serif;
  font-variant-numeric: tabular-nums }
main { max-width: 46rem; margin: 0 auto; padding: 3rem 1.25rem 5rem }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .4rem; letter-spacing: -.01em }
h2 { font-size: 1.25rem; margin: 3rem 0 .5rem }
h3 { font-size: 1rem; margin: 2rem 0 .25rem }
p { margin: .5rem 0 }
.lede { color: var(--quiet); margin-bottom: 1.5rem }
.verdict { border-left: 4px solid var(--accent); padding: .25rem 0 .25rem 1rem; font-size: 1.1rem }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.25rem }
.facts dt { color: var(--quiet) }
.facts dd { margin: 0; overflow-wrap: anywhere }
code, pre { font: 0.875rem/1.5 ui-monospace, monospace }
pre { background: color-mix(in srgb, var(--grid) 45%, transparent); padding: .75rem 1rem; border-radius: 6px; overflow-x: auto }
figure { margin: 1.25rem 0 1.75rem }
figcaption { font-weight: 600; margin-bottom: .5rem }
svg { display: block; width: 100%; height: auto }
.grid { stroke: var(--grid) } .zero { stroke: var(--quiet) }
.reference { stroke: var(--quiet); stroke-dasharray: 2 4 }
.tick, .axis, .row { fill: var(--quiet); font-size: 12px } .row { font-size: 13px }
.row.strong { fill: var(--text); font-weight: 600 }
.line { fill: none; stroke-width: 2 } .whisker { stroke-width: 2 }
.line.c0, .whisker.c0 { stroke: var(--c0) } .line.c1 { stroke: var(--c1) } .line.c2 { stroke: var(--c2) } .line.c3 { stroke: var(--c3) }
.mark.c0 { fill: var(--c0) } .mark.c1 { fill: var(--c1) } .mark.c2 { fill: var(--c2) } .mark.c3 { fill: var(--c3) }
.line.quiet { stroke: var(--quiet); stroke-width: 1; opacity: .5 }
.mark.quiet { fill: var(--quiet) } .whisker.quiet { stroke: var(--quiet) }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; padding: 0; margin: .25rem 0; font-size: .875rem }
.legend li { display: flex; align-items: center; gap: .5rem } .legend svg { width: 28px; height: 8px }
details { font-size: .875rem } summary { color: var(--quiet); cursor: pointer }
.wide { overflow-x: auto }
table { border-collapse: collapse; margin: .5rem 0; font-size: .875rem; min-width: 100% }
th, td { padding: .3rem .75rem .3rem 0; text-align: right; border-bottom: 1px solid var(--grid); white-space: nowrap }
thead th { color: var(--quiet); font-weight: 600; vertical-align: bottom }
.words th:last-child, .words td:last-child { text-align: left; white-space: normal; min-width: 20rem }
th:first-child { text-align: left; font-weight: inherit } tr.strong { font-weight: 700 }
.better { color: var(--good) } .worse { color: var(--bad) }
@media print { details { display: block } }
`
