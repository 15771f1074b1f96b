#include "results/html_style.h"

namespace brewproof {

// Colours of findings (--f0 ...) are told apart by people who see no red or green too, and never
// carry a meaning alone: the id stands beside them.
std::string_view html_style() {
  return R"css(
:root{color-scheme:light dark;--page:#f6f3ef;--card:#fff;--ink:#1f1a17;--soft:#5f564f;--faint:#8b8178;
--line:#e4ddd5;--wash:#faf7f3;--band:#2a1d16;--bandink:#fbf6f0;--bandsoft:#cbb9aa;--accent:#8a4b1f;
--good:#1a6b45;--goodwash:#e4f3ea;--doubt:#8a5a00;--doubtwash:#fdf1d7;--bad:#a3261b;--badwash:#fbe6e3;
--real:#4a3a30;--sham:#b9aca0;--gray:#9b8f84;
--f0:#1f5fbf;--f1:#c2520a;--f2:#0b7a6d;--f3:#7a3fc4;--f4:#b5186a;--f5:#5b7a0b;
--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
@media (prefers-color-scheme:dark){:root{--page:#15110e;--card:#1e1915;--ink:#f0e9e2;--soft:#b7aba0;
--faint:#8d8177;--line:#38302a;--wash:#251f1a;--band:#0d0a08;--bandink:#f7efe6;--bandsoft:#b09d8d;
--accent:#e0a06d;--good:#7fd3a6;--goodwash:#143324;--doubt:#f0c36b;--doubtwash:#3a2b0b;--bad:#f29b90;
--badwash:#45170f;--real:#d8c7b8;--sham:#8d7f74;--gray:#8a7d73;
--f0:#7fb0ff;--f1:#ff9d5c;--f2:#4fd0bf;--f3:#c09bff;--f4:#ff8ac4;--f5:#b8dc5a}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,
"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
.skip{position:absolute;left:-9999px}.skip:focus{left:1rem;top:1rem;background:var(--card);padding:.5rem 1rem;z-index:9}
header,main,footer{padding:0 max(1.25rem,calc((100vw - 1080px)/2))}
header{background:var(--band);color:var(--bandink);padding-top:2.25rem;padding-bottom:2rem}
.brand{font-size:.8rem;letter-spacing:.14em;text-transform:uppercase;color:var(--bandsoft);margin:0 0 .75rem}
h1{font-size:clamp(1.5rem,1.1rem + 1.8vw,2.25rem);line-height:1.2;margin:0;font-weight:650;letter-spacing:-.01em}
header .about{display:flex;flex-wrap:wrap;gap:.35rem 1.75rem;margin:1.1rem 0 0;padding:0;color:var(--bandsoft);font-size:.92rem}
header .about div{display:flex;gap:.5em}header dt{opacity:.85;white-space:nowrap}header dd{margin:0;color:var(--bandink)}
.verdict{display:flex;flex-wrap:wrap;align-items:baseline;gap:.4rem 1rem;margin:-1.1rem 0 0;padding:1rem 1.35rem;
border-radius:12px;background:var(--card);border:1px solid var(--line);border-left:6px solid var(--soft);
box-shadow:0 6px 22px rgb(0 0 0/.09);font-size:1.08rem}
.verdict strong{font-size:1.2rem;letter-spacing:.02em}
.verdict.good{border-left-color:var(--good)}.verdict.good strong{color:var(--good)}
.verdict.doubtful{border-left-color:var(--doubt)}.verdict.doubtful strong{color:var(--doubt)}
.verdict.bad{border-left-color:var(--bad)}.verdict.bad strong{color:var(--bad)}
nav{margin:1.25rem 0 0;font-size:.9rem}nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;list-style:none;margin:0;padding:0}
a{color:var(--accent);text-underline-offset:.18em;text-decoration-thickness:1px}
h2{font-size:1.35rem;margin:2.9rem 0 .35rem;letter-spacing:-.01em}h3{font-size:1.1rem;margin:0}
h4{font-size:.78rem;letter-spacing:.08em;text-transform:uppercase;color:var(--faint);margin:1.6rem 0 .5rem;font-weight:650}
.lead{color:var(--soft);margin:.1rem 0 1rem;max-width:46rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:1.35rem;margin:0 0 1.1rem}
.scroll{overflow-x:auto}.scroll table{min-width:38rem}.scroll:focus-visible{outline:2px solid var(--accent)}
table{border-collapse:collapse;width:100%;font-size:.92rem}
th,td{text-align:left;vertical-align:top;padding:.5rem .85rem .5rem 0;border-bottom:1px solid var(--line)}
th{font-weight:600;color:var(--soft);font-size:.82rem}tr:last-child td,tbody tr:last-child th{border-bottom:0}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
td.n,th.n{padding-right:1.5rem}td:last-child,th:last-child{padding-right:0}
.card>p:first-child{margin-top:0}.card>p:last-child{margin-bottom:0}
caption{text-align:left;color:var(--soft);font-size:.88rem;padding:0 0 .4rem}
.matrix td.hit{text-align:center;color:var(--accent)}
code,.mono{font-family:var(--mono);font-size:.86em}
.list{display:grid;gap:.6rem;margin:0;padding:0;list-style:none}
.list a{display:grid;grid-template-columns:auto minmax(0,1fr) auto;gap:.1rem 1rem;align-items:center;text-decoration:none;
color:inherit;background:var(--card);border:1px solid var(--line);border-left:5px solid var(--c,var(--soft));border-radius:10px;
padding:.85rem 1.1rem}
.list a:hover{border-color:var(--c,var(--soft))}
.list .id{font-weight:700;color:var(--c);grid-row:span 2}
.list .what{font-weight:600}.list .what span{font-weight:400;color:var(--soft)}
.list .to{color:var(--soft);font-size:.88rem;grid-column:2}
.list .hits{grid-row:1/span 2;grid-column:3;text-align:right;font-variant-numeric:tabular-nums;font-size:.88rem;color:var(--soft)}
.list .hits b{color:var(--ink);font-size:1.05rem}
.chips{display:flex;flex-wrap:wrap;gap:.3rem;margin-top:.4rem;grid-column:2}
.chip{display:inline-block;padding:.05rem .55rem;border-radius:99px;font-size:.78rem;background:var(--wash);
border:1px solid var(--line);color:var(--soft);vertical-align:middle;overflow-wrap:break-word}
.chip.stimulus{background:var(--goodwash);color:var(--good);border-color:transparent;font-weight:600}
.grade{display:inline-grid;place-items:center;min-width:1.75rem;height:1.75rem;border-radius:7px;font-weight:700;
background:var(--goodwash);color:var(--good);padding:0 .4rem}.grade.b,.grade.c{background:var(--doubtwash);color:var(--doubt)}
.finding{border-top:5px solid var(--c)}
.finding>header{all:unset;display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:center;justify-content:space-between}
.finding .judged{display:flex;align-items:center;gap:.6rem;color:var(--soft);font-size:.88rem}
.finding h3 .id{color:var(--c)}.finding h3 span.v{font-weight:400;color:var(--soft)}
.said{margin:1.1rem 0 0;padding:.9rem 1.15rem;background:var(--wash);border-radius:10px;border:1px solid var(--line);font-size:1.04rem}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(148px,1fr));margin:1.1rem 0 0;
border:1px solid var(--line);border-radius:10px;overflow:hidden}
.figures div{padding:.7rem .9rem;box-shadow:0 0 0 .5px var(--line)}.figures dt{font-size:.78rem;color:var(--faint)}
.figures dd{margin:0;font-size:1.12rem;font-weight:600;font-variant-numeric:tabular-nums}
.figures dd small{display:block;font-size:.78rem;font-weight:400;color:var(--soft)}
.note{color:var(--soft);font-size:.9rem;margin:.5rem 0 0}.warn{color:var(--doubt)}
pre{font-family:var(--mono);font-size:.8rem;line-height:1.5;margin:.5rem 0 0;padding:.9rem 1rem;background:var(--wash);
border:1px solid var(--line);border-radius:10px;overflow-x:auto;overflow-wrap:normal;white-space:pre}
pre .o{color:var(--faint)}pre .a{color:var(--accent)}
details{margin:.9rem 0 0}summary{cursor:pointer;color:var(--accent);font-size:.92rem;width:fit-content}
svg{display:block;max-width:100%;height:auto;font-family:inherit}
.scroll svg{min-width:820px}.raster svg{min-width:560px}
svg text{fill:var(--soft);font-size:12px}svg .strong{fill:var(--ink);font-weight:600}
.axis{stroke:var(--line);stroke-width:1}.real{fill:var(--real)}.sham{fill:none;stroke:var(--sham);stroke-width:1.2}
.meter{fill:none;stroke:var(--soft);stroke-width:1.3}.left{fill:url(#left);stroke:var(--bad);stroke-width:.8}.ticks{stroke:var(--gray);stroke-width:1.1;fill:none}
.mark{stroke:var(--c);stroke-width:2.2}.dot{fill:var(--c)}.windowed{fill:var(--c);opacity:.1}.lane{stroke:var(--line);stroke-width:1}
.c0{--c:var(--f0)}.c1{--c:var(--f1)}.c2{--c:var(--f2)}.c3{--c:var(--f3)}.c4{--c:var(--f4)}.c5{--c:var(--f5)}
.legend{display:flex;flex-wrap:wrap;gap:.3rem 1.3rem;font-size:.88rem;color:var(--soft);margin:0 0 .9rem;padding:0;list-style:none}
.legend i{display:inline-block;width:.95rem;height:.7rem;border-radius:2px;margin-right:.45rem;vertical-align:-1px}
.legend .r{background:var(--real)}.legend .s{border:1.5px solid var(--sham)}.legend .m{background:var(--c)}
.legend .g{width:2px;background:var(--gray)}.legend .x{border:1.5px solid var(--bad);background:var(--badwash)}
.bar{height:.6rem;border-radius:99px;background:var(--line);overflow:hidden;min-width:60px}
.bar i{display:block;height:100%;background:var(--accent)}
.facts{display:grid;grid-template-columns:minmax(120px,max-content) minmax(0,1fr);gap:.35rem 1.5rem;margin:0;font-size:.93rem}
.facts dt{color:var(--soft)}.facts dd{margin:0}
.lots{display:flex;flex-wrap:wrap;gap:3px}.lot{font-size:.72rem;padding:0 .35rem;border-radius:4px;border:1px solid var(--sham);color:var(--soft)}
.lot.did{background:var(--real);border-color:var(--real);color:var(--card)}
ol.steps{padding-left:1.3rem;margin:.3rem 0 0}ol.steps li{margin:.35rem 0}
footer{margin-top:3rem;padding-top:1.4rem;padding-bottom:2.5rem;border-top:1px solid var(--line);color:var(--faint);font-size:.85rem}
@media (max-width:640px){.card{padding:1rem}.list a{grid-template-columns:auto minmax(0,1fr)}
.list .hits{grid-row:auto;grid-column:2;text-align:left;margin-top:.3rem}.list .id{grid-row:span 4}
.facts{grid-template-columns:1fr;gap:0}.facts dd{margin-bottom:.55rem}.verdict{padding:.9rem 1rem}
.figures{grid-template-columns:1fr 1fr}}
@media print{:root{--page:#fff;--card:#fff;--wash:#fff;--ink:#000;--soft:#333;--faint:#555;--line:#bbb;--band:#fff;--bandink:#000;
--bandsoft:#333;color-scheme:light}body{font-size:10.5pt}nav,.skip{display:none}header{padding-top:0;border-bottom:2px solid #000}
.card,.list a,tr{break-inside:avoid}.card,.verdict{box-shadow:none}h2,h3,h4{break-after:avoid}
.scroll{overflow:visible}.scroll table,.scroll svg,.raster svg{min-width:0}pre{white-space:pre-wrap}
details::details-content{content-visibility:visible;block-size:auto}*{print-color-adjust:exact}}
)css";
}

}  // namespace brewproof
