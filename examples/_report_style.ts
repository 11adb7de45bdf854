/** The style sheet of the report: one column on a phone, as many as fit elsewhere, dark where the reader prefers it. */
export const REPORT_STYLE = `
:root {
  color-scheme: light dark;
  --page: #f5f6f8; --card: #ffffff; --text: #1b1f27; --muted: #566072; --line: #d9dde4;
}
@media (prefers-color-scheme: dark) {
  :root { --page: #12151a; --card: #1b2028; --text: #e8ebf0; --muted: #a5aebd; --line: #333b47; }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
main { max-width: 1200px; margin: 0 auto; padding: 32px 16px 64px; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 12px; }
h2 { font-size: 1.4rem; margin: 48px 0 12px; }
h3 { font-size: 1.05rem; line-height: 1.35; margin: 0; overflow-wrap: anywhere; }
p { max-width: 76ch; margin: 0 0 12px; overflow-wrap: anywhere; }
code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 0.92em; }
.loss { display: inline-flex; align-items: baseline; gap: 0.45em; }
.swatch { flex: none; width: 0.8em; height: 0.8em; border-radius: 3px; }
.notes { color: var(--muted); font-size: 0.9rem; }
.scroll, .run { background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
.scroll {
  overflow-x: auto; margin: 20px 0 16px;
  /* A shadow at an edge beyond which there is more, covered by the card's own colour where there is not. */
  background:
    linear-gradient(to right, var(--card) 40%, transparent) left / 40px 100% no-repeat local,
    linear-gradient(to left, var(--card) 40%, transparent) right / 40px 100% no-repeat local,
    linear-gradient(to right, #0004, transparent) left / 12px 100% no-repeat scroll,
    linear-gradient(to left, #0004, transparent) right / 12px 100% no-repeat scroll,
    var(--card);
}
table { border-collapse: collapse; width: 100%; }
th, td { padding: 10px 12px; text-align: left; border-top: 1px solid var(--line); }
thead th { border-top: 0; color: var(--muted); font-size: 0.88rem; font-weight: 600; }
.numeric { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.run { padding: 18px 20px; margin: 0 0 20px; }
.run > p { color: var(--muted); margin: 4px 0 16px; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 310px), 1fr)); gap: 24px 28px; }
figure { margin: 0; max-width: 460px; }
figcaption { font-weight: 600; font-size: 0.95rem; margin-bottom: 6px; }
svg { display: block; width: 100%; height: auto; }
@media (max-width: 600px) {
  main { padding: 20px 12px 40px; }
  h1 { font-size: 1.55rem; }
  h2 { margin-top: 36px; }
  .run { padding: 14px 12px; }
  th, td { padding: 8px; font-size: 0.9rem; }
}
`;
