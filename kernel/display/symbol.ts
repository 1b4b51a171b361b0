/** An object with a method of this name says itself how it is shown: it returns a mime bundle. */
export const DISPLAY = Symbol.for('Jupyter.display');
