import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ILatexTypesetter } from '@jupyterlab/rendermime';
import { LazyTypesetter } from './lazy-typesetter.ts';

/** Takes the place of `@jupyterlab/mathjax-extension:plugin`, which loads MathJax for every text. */
const math: JupyterFrontEndPlugin<ILatexTypesetter> = {
  id: '@daybook/extension:math',
  description: 'Formulas in text, drawn with MathJax when there is one.',
  provides: ILatexTypesetter,
  activate: (_app: JupyterFrontEnd): ILatexTypesetter =>
    new LazyTypesetter(async () => {
      const { MathJaxTypesetter } = await import('@jupyterlab/mathjax-extension');
      return new MathJaxTypesetter();
    }),
};

export default math;
