// A virtual module that imports the styles of the stock packages, in dependency order, then ours.
import { LAB_PACKAGES, packageOf } from './packages.mjs';

/** Source text of the module. */
export function styleEntry() {
  const imports = LAB_PACKAGES.flatMap((name) => {
    const { manifest } = packageOf(name);
    const style = manifest.styleModule ?? manifest.style;
    return typeof style === 'string' ? [`import '${name}/${style}';`] : [];
  });
  return `${imports.sort().join('\n')}\n`;
}
