import type { CommandRegistry } from '@lumino/commands';

/**
 * Tab takes the active completion, as in editors people know. JupyterLab's list would extend what
 * is typed by what all have in common; it hears the key at the document, this at the window before.
 */
export function tabAccepts(commands: CommandRegistry): void {
  window.addEventListener(
    'keydown',
    (event) => {
      const { target } = event;
      if (event.key !== 'Tab' || event.shiftKey || event.ctrlKey || event.altKey || event.metaKey) return;
      if (!(target instanceof Element) || target.closest('.jp-Notebook .jp-mod-completer-active') === null) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      void commands.execute('completer:select-notebook');
    },
    true,
  );
}
