// Run inside the page (`page.evaluate`), so each function stands alone.

/**
 * Looks at every visible text inside `selector`: its colour must be one of the tokens, what it
 * stands on too, and the two at least 4.5:1 apart. Disabled controls are left out.
 */
export function colourFaults(wanted) {
  const pen = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  if (pen === null) throw new Error('This browser draws nothing.');

  const read = (text) => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = text;
    pen.fillRect(0, 0, 1, 1);
    const [r = 0, g = 0, b = 0, a = 0] = pen.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = ([r, g, b, a], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a), 1];
  const luminance = ([r, g, b]) => {
    const part = (value) => (value <= 10.31475 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const contrast = (one, other) => {
    const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  const near = (one, other) => one.every((value, index) => Math.abs(value - (other[index] ?? 0)) < 2);

  const names = new Set();
  for (const sheet of document.styleSheets) {
    for (const rule of sheet.cssRules) {
      if (rule instanceof CSSStyleRule && rule.selectorText === ':root')
        for (const name of rule.style) if (/^--db-/.test(name)) names.add(name);
    }
  }
  const style = getComputedStyle(document.documentElement);
  const values = [...names].map((name) => style.getPropertyValue(name).trim()).filter((value) => /^#/.test(value));
  const tokens = values.map(read);
  if (tokens.length < 20) throw new Error('The tokens are not on the page.');
  const isToken = (colour) => tokens.some((token) => near(token, colour));
  const hex = (colour) => `rgb(${colour.slice(0, 3).map(Math.round).join(' ')})`;

  const ground = (element) => {
    if (element === null) return read('#ffffff');
    const own = read(getComputedStyle(element).backgroundColor);
    return own[3] >= 0.999 ? own : over(own, ground(element.parentElement));
  };
  const root = document.querySelector(wanted);
  if (root === null) return [`${wanted} is not on the page`];
  const faults = new Set();
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    const words = node.textContent?.trim() ?? '';
    if (
      element === null ||
      words === '' ||
      !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
    )
      continue;
    if (element.closest('style, :disabled, [aria-disabled="true"], .lm-mod-disabled') !== null) continue;
    const behind = ground(element);
    const ink = over(read(getComputedStyle(element).color), behind);
    const told = `“${words.slice(0, 30)}” ${hex(ink)} on ${hex(behind)}`;
    if (!isToken(ink)) faults.add(`${told}: the text's colour is no token`);
    if (!isToken(behind)) faults.add(`${told}: the background is no token`);
    const ratio = contrast(ink, behind);
    if (ratio < 4.5) faults.add(`${told}: contrast ${ratio.toFixed(2)}`);
  }
  return [...faults].slice(0, 12);
}

/** Visible controls that a screen reader could not name. */
export function unlabelled(wanted) {
  const controls = [
    ...document.querySelectorAll(
      `${wanted} :is(button, [role="button"], a[href], input, select, textarea, jp-button, [role="tab"])`,
    ),
  ];
  const named = (control) =>
    ['aria-label', 'aria-labelledby', 'title', 'placeholder'].some(
      (name) => (control.getAttribute(name) ?? '') !== '',
    ) ||
    control.textContent.trim() !== '' ||
    (control.labels?.length ?? 0) > 0;
  return controls
    .filter((control) => control.checkVisibility() && !named(control))
    .map((control) => control.outerHTML.slice(0, 200));
}
