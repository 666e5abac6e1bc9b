/** The page's only style sheet. Narrow screens turn tables into cards. */
export const STYLE = `
:root {
  --ground: #f7f8fa; --surface: #fff; --line: #e2e6eb; --text: #1f2430; --quiet: #626b79; --accent: #2f62c9;
  --good: #1b7440; --warn: #8a5a00; --bad: #b3261e; --good-ground: #e4f3ea; --warn-ground: #fcf1da; --bad-ground: #fbe6e4;
  --part-0: #4c7fd9; --part-1: #e0a83c; --part-2: #c9625b; --part-3: #9aa4b2;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14171c; --surface: #1c2027; --line: #313844; --text: #e7e9ed; --quiet: #a1aab8; --accent: #8ab0ff;
    --good: #82d6a0; --warn: #eec46b; --bad: #ff9f98; --good-ground: #17301f; --warn-ground: #352a12; --bad-ground: #3a1c1a;
    --part-0: #7ba4f0; --part-1: #e3b75e; --part-2: #e08a84; --part-3: #78818f;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 76rem; padding: 1.5rem 1.5rem 4rem; background: var(--ground); color: var(--text);
  font: 0.9375rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere;
}
h1, h2, h3, h4, p, dl, ul, figure, pre { margin: 0; padding: 0; }
h1 { font-size: 1.6rem; line-height: 1.25; }
h1 .chip { font-size: 0.875rem; vertical-align: 0.25rem; }
h2 { font-size: 1.25rem; margin-bottom: 0.75rem; }
h3 { font-size: 1.05rem; margin-bottom: 0.6rem; }
h4 { font-size: 0.9375rem; }
section section { margin-top: 1.5rem; }
nav a { display: inline-block; margin: 0.5rem 1rem 0 0; }
[hidden] { display: none !important; }
header p { margin-top: 0.25rem; }
section { margin-top: 2rem; }
a { color: var(--accent); text-decoration: underline; text-underline-offset: 0.15em; }
a:hover { text-decoration-thickness: 2px; }
code { font: 0.85em ui-monospace, monospace; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.quiet { color: var(--quiet); }
.chip {
  display: inline-block; padding: 0.05rem 0.55rem; border-radius: 1rem; background: var(--line); font-size: 0.8125rem;
  font-weight: 500; white-space: nowrap; max-width: 100%; overflow: hidden; text-overflow: ellipsis; vertical-align: bottom;
}
.chip.good { background: var(--good-ground); color: var(--good); }
.chip.warn { background: var(--warn-ground); color: var(--warn); }
.chip.bad { background: var(--bad-ground); color: var(--bad); }
.calm, .attention li { margin-top: 0.75rem; padding: 0.6rem 0.9rem; border-left: 3px solid var(--good); border-radius: 0.25rem; background: var(--surface); }
.attention { margin-top: 1rem; list-style: none; }
.attention li { margin-top: 0.4rem; }
.attention .past { border-color: var(--part-3); color: var(--quiet); }
.attention .warn { border-color: var(--part-1); }
.who { display: inline-block; margin-right: 0.5rem; }
.who::after { content: ':'; }
pre { margin-top: 0.4rem; padding: 0.4rem 0.6rem; border-radius: 0.25rem; background: var(--ground); white-space: pre-wrap; }
#find { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem 1.25rem; margin-top: 0.75rem; }
#find label { display: flex; align-items: center; gap: 0.5rem; }
#find label:first-child { flex: 1 1 18rem; }
#find input { flex: 1; min-width: 0; }
input, select { padding: 0.4rem 0.6rem; border: 1px solid var(--quiet); border-radius: 0.375rem; background: var(--surface); color: inherit; font: inherit; }
.outcome { font-weight: 500; } .outcome.good { color: var(--good); } .outcome.warn { color: var(--warn); } .outcome.bad { color: var(--bad); }
.outcome::before { content: '→ '; }
.attention .bad { border-color: var(--bad); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: 0.75rem; }
.tiles > div, .cards, .charts figure, .entries li, .customer { background: var(--surface); border: 1px solid var(--line); border-radius: 0.5rem; }
.tiles > div { padding: 0.85rem 1rem; }
.tiles h3 { margin-bottom: 0.4rem; font-size: 0.8125rem; font-weight: 500; color: var(--quiet); }
.tiles dl > div { display: flex; justify-content: space-between; gap: 1rem; }
.tiles dd { margin: 0; font-weight: 600; font-variant-numeric: tabular-nums; }
.tiles .nought dd, .tiles .nought dt { color: var(--quiet); font-weight: 400; }
.cards { width: 100%; border-spacing: 0; font-variant-numeric: tabular-nums; }
.cards th, .cards td { padding: 0.5rem 0.75rem; text-align: right; white-space: nowrap; border-top: 1px solid var(--line); }
.cards thead th { border-top: 0; color: var(--quiet); font-weight: 500; font-size: 0.8125rem; }
.cards th:first-child { text-align: left; font-weight: 600; white-space: normal; }
.cards thead th:first-child { font-weight: 500; }
.cards .bar { width: 24%; min-width: 8rem; }
.cards .bar svg { display: block; width: 100%; height: 1rem; }
p + .cards { margin-top: 0.75rem; }
.cards + p { margin-top: 0.5rem; }
.effects { display: inline-flex; gap: 0.4rem; white-space: nowrap; }
.plus { color: var(--good); } .tilde { color: var(--warn); } .minus { color: var(--bad); }
.counts { display: flex; flex-wrap: wrap; gap: 0.4rem; }
.entries { list-style: none; margin-top: 0.75rem; }
.entries li { margin-top: 0.5rem; padding: 0.65rem 0.9rem; }
.resolved { color: var(--good); font-weight: 500; }
.charts { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0.75rem; }
.charts figure { padding: 0.85rem 1rem; }
figcaption, .axis { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; }
figcaption span, .axis, .legend { color: var(--quiet); font-size: 0.8125rem; }
.plot { position: relative; margin-top: 1.4rem; border-top: 1px dashed var(--line); border-bottom: 1px solid var(--line); }
.plot svg { display: block; width: 100%; height: 7.5rem; }
.plot .top { position: absolute; top: -1.35rem; left: 0; color: var(--quiet); font-size: 0.75rem; }
.plot .none { position: absolute; inset: 40% 0 auto; text-align: center; color: var(--quiet); }
.legend { display: flex; flex-wrap: wrap; gap: 0 1rem; }
.legend i, .swatch { display: inline-block; width: 0.65rem; height: 0.65rem; margin-right: 0.35rem; border-radius: 0.15rem; }
.swatch { margin: 0 0.1rem; }
.part-0 { fill: var(--part-0); background: var(--part-0); } .part-1 { fill: var(--part-1); background: var(--part-1); }
.part-2 { fill: var(--part-2); background: var(--part-2); } .part-3 { fill: var(--part-3); background: var(--part-3); }
.forecast { fill: var(--text); } .cut { fill: var(--surface); } .touch { fill: transparent; }
.earlier { opacity: 0.6; } .earlier:hover { opacity: 1; }
details { margin-top: 0.75rem; }
summary { cursor: pointer; }
summary:focus-visible, a:focus-visible, input:focus-visible, select:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.customer { margin-top: 0.5rem; padding: 0.65rem 0.9rem; }
.customer summary h3 { display: inline; margin: 0; }
.customer .order {
  margin-top: 1.25rem; padding-left: 0.75rem; border-left: 3px solid var(--line);
  /* Thousands of lines: only those in sight are laid out, so that a search answers while one types. */
  content-visibility: auto; contain-intrinsic-size: auto 20rem;
}
.customer .order h4 { padding-bottom: 0.4rem; }
.customer .entries li { padding: 0.65rem 0 0; border: 0; border-top: 1px solid var(--line); border-radius: 0; }
.differences { margin-top: 0.35rem; }
.differences div { display: grid; grid-template-columns: minmax(8rem, 16rem) 1fr; gap: 0 1rem; }
.differences dt { color: var(--quiet); }
.differences dd { margin: 0; }
.differences .unread dd { color: var(--warn); }
.arrow { color: var(--quiet); }
.value, b { unicode-bidi: isolate; }
footer { margin-top: 2.5rem; font-size: 0.8125rem; }
@media (max-width: 52rem) {
  body { padding: 1rem 0.85rem 3rem; }
  .charts { grid-template-columns: minmax(0, 1fr); }
  .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0.5rem; }
  .tiles > div { padding: 0.65rem 0.75rem; }
  .tiles dl > div { gap: 0.5rem; }
  .cards, .cards tbody, .cards tr { display: block; }
  .cards { border: 0; background: none; }
  .cards thead { display: none; }
  .cards tr { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0 1.25rem; margin-top: 0.5rem; padding: 0.65rem 0.9rem; background: var(--surface); border: 1px solid var(--line); border-radius: 0.5rem; }
  .cards th:first-child { grid-column: 1 / -1; padding: 0 0 0.25rem; border: 0; }
  .cards td { display: flex; justify-content: space-between; gap: 0.75rem; padding: 0.1rem 0; border: 0; white-space: normal; }
  .cards td:has(> .nought) { display: none; }
  .cards td::before { content: attr(data-label); color: var(--quiet); white-space: nowrap; }
  .cards .bar { grid-column: 1 / -1; width: 100%; padding-top: 0.35rem; }
  .cards .bar::before { content: none; }
  .differences div { grid-template-columns: minmax(0, 1fr); margin-top: 0.25rem; }
}
@media print {
  .customer .order { content-visibility: visible; }
  :root {
    --ground: #fff; --surface: #fff; --line: #bbb; --text: #000; --quiet: #444; --accent: #000;
    --good: #1b7440; --warn: #8a5a00; --bad: #b3261e; --good-ground: #fff; --warn-ground: #fff; --bad-ground: #fff;
  }
  body { max-width: none; padding: 0; font-size: 9.5pt; }
  #find, nav { display: none; }
  details::details-content { content-visibility: visible; display: block; height: auto; }
  li, tr, figure, .tiles > div { break-inside: avoid; }
  h2, h3, h4, summary { break-after: avoid; }
  svg, i, .chip { print-color-adjust: exact; }
  pre { border: 1px solid var(--line); }
}
`;
