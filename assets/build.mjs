// Makes what the pages load: `make assets`. Every file has a hash of its content in its name, so that browsers may
// keep it for good, and lies there compressed as well.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

import { compile } from "sass";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const out = join(root, "api", "pages", "assets");
const modules = join(root, "node_modules");
const names = {};

function keep(name, content) {
  const type = extname(name);
  const hashed = `${basename(name, type)}.${createHash("sha256").update(content).digest("hex").slice(0, 12)}${type}`;
  names[name] = hashed;
  writeFileSync(join(out, hashed), content);
  if (type === ".woff2") return;
  writeFileSync(join(out, `${hashed}.gz`), gzipSync(content, { level: 9 }));
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
  writeFileSync(join(out, `${hashed}.br`), brotliCompressSync(content, quality));
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
for (const subset of ["cyrillic", "latin"]) {
  for (const weight of [400, 600]) {
    const name = `golos-text-${subset}-${weight}-normal.woff2`;
    keep(name, readFileSync(join(modules, "@fontsource", "golos-text", "files", name)));
  }
}
const { css } = compile(join(root, "assets", "pages.scss"), {
  loadPaths: [join(modules, "govuk-frontend", "dist")],
  style: "compressed",
});
keep("pages.css", Buffer.from(css.replace(/golos-text-[a-z]+-\d+-normal\.woff2/g, (name) => names[name])));
for (const name of ["pages.js", "live.js"]) keep(name, readFileSync(join(root, "assets", name)));
keep("htmx.js", readFileSync(join(modules, "htmx.org", "dist", "htmx.min.js")));
keep("icon.svg", readFileSync(join(root, "assets", "icon.svg")));
writeFileSync(join(out, "names.json"), JSON.stringify(names));
