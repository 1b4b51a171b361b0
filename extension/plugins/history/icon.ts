import { LabIcon } from '@jupyterlab/ui-components';

/** A clock that runs back. */
export const historyIcon = new LabIcon({
  name: 'daybook:versions',
  svgstr:
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="18" height="18" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round"><path d="M4 12a8 8 0 1 0 2.5-5.8M4 4v4h4M12 8v4.4l3 1.8"/></svg>',
});
