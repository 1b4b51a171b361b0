/** What is wrong with a surface's colours; empty when it follows the tokens and can be read. */
export function colourFaults(selector: string): readonly string[];

/** Visible controls inside `selector` that a screen reader could not name. */
export function unlabelled(selector: string): readonly string[];
