// Checked before anything else is loaded, in syntax that old versions of Node can read.
const NEEDED = [20, 20];

/** Ends the program with a clear message when this Node is too old. */
export function checkNodeVersion(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  if (major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1])) return;
  process.stderr.write(
    `\nDaybook needs Node ${NEEDED.join('.')} or newer; this is Node ${version}.\n` +
      'Install a newer one (the file .nvmrc names it: “nvm install” does it) and start again.\n[node_too_old]\n\n',
  );
  process.exit(1);
}
