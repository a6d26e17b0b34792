'use strict';
// The compiled engine: beside this package where it was built, else the package made for this platform.

const { platform, arch, report } = process;

/** The name of this platform, as the build names its file. */
function triple() {
  if (platform === 'linux') {
    const glibc = report.getReport().header.glibcVersionRuntime !== undefined;
    const libc = arch === 'arm' ? (glibc ? 'gnueabihf' : 'musleabihf') : glibc ? 'gnu' : 'musl';
    return `linux-${arch}-${libc}`;
  }
  if (platform === 'win32') return `win32-${arch}-msvc`;
  return `${platform}-${arch}`;
}

function load() {
  const name = triple();
  const tried = [`../casewise.${name}.node`, `@casewise/${name}`];
  const causes = [];
  for (const place of tried) {
    try {
      return require(place);
    } catch (error) {
      causes.push(error);
    }
  }
  throw new Error(
    `casewise has no engine for ${name}: build it with \`npm run build\` in bindings/node, which needs Rust 1.90 or later`,
    { cause: new AggregateError(causes) },
  );
}

module.exports = load();
