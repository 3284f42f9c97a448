// Builds web/static/dist: style sheets, fonts, pictures and scripts under names that carry a hash of their content,
// manifest.json (plain name -> hashed name) and the licences of what is shipped. `web` reads only the manifest.
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "node_modules");
const uswds = join(modules, "@uswds", "uswds");
const target = resolve(here, "..", "web", "static", "dist");
const fresh = `${target}.new`;
const testAssets = resolve(here, "..", "var", "test-assets");
const manifest = {};

function ship(name, content) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 12);
  const shipped = `${basename(name, extname(name))}-${hash}${extname(name)}`;
  writeFileSync(join(fresh, shipped), content);
  manifest[name] = shipped;
  return shipped;
}

// Every file a style sheet names is shipped beside it, so nothing unused is.
function shipUrls(css) {
  return css.replace(/url\((["']?)\.\.\/(fonts|img)\/([^"')]+)\1\)/g, (_, _quote, folder, path) => {
    const content = readFileSync(join(uswds, "dist", folder, path));
    return `url("${ship(basename(path), content)}")`;
  });
}

function styleSheet(name) {
  const { css } = sass.compile(join(here, "styles", `${name}.scss`), {
    loadPaths: [join(here, "styles"), join(uswds, "packages")],
    style: "compressed",
    quietDeps: true,
  });
  ship(`${name}.css`, shipUrls(css));
}

function licences() {
  const shipped = [
    ["USWDS (public domain; Public Sans under the SIL Open Font License 1.1)", join(uswds, "LICENSE.md")],
    ["htmx", join(modules, "htmx.org", "LICENSE")],
  ];
  return shipped.map(([name, path]) => `${name}\n${"=".repeat(name.length)}\n\n${readFileSync(path, "utf8")}`).join("\n\n");
}

rmSync(fresh, { recursive: true, force: true });
mkdirSync(fresh, { recursive: true });
for (const file of readdirSync(join(here, "styles")).filter((each) => /^[a-z].*\.scss$/.test(each)).sort()) {
  styleSheet(basename(file, ".scss"));
}
for (const [name, path] of [
  ["htmx.js", "dist/htmx.min.js"],
  ["hx-csp.js", "dist/ext/hx-csp.min.js"],
]) {
  ship(name, readFileSync(join(modules, "htmx.org", path), "utf8").replace(/^\/\/# sourceMappingURL=.*$/m, ""));
}
const scripts = join(here, "scripts");
for (const file of existsSync(scripts) ? readdirSync(scripts).sort() : []) {
  ship(file, readFileSync(join(scripts, file)));
}
writeFileSync(join(fresh, "THIRD-PARTY-LICENSES.txt"), licences());
writeFileSync(join(fresh, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
rmSync(target, { recursive: true, force: true });
renameSync(fresh, target);

// For the accessibility tests only; never part of what is served.
mkdirSync(testAssets, { recursive: true });
if (existsSync(join(modules, "axe-core"))) cpSync(join(modules, "axe-core", "axe.min.js"), join(testAssets, "axe.min.js"));
