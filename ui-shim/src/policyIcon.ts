import { LabIcon } from '@jupyterlab/ui-components';

/** Lines of text, some of which are left out. */
export const policyIcon = new LabIcon({
  name: 'jupyter-fastpath:policy',
  svgstr: `
<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 16 16">
  <g class="jp-icon3" fill="#616161">
    <path d="M2 2h12v1.6H2zM2 5.2h12v1.6H2zM2 12.4h12V14H2z"/>
    <circle cx="4.5" cy="9.6" r="1"/>
    <circle cx="8" cy="9.6" r="1"/>
    <circle cx="11.5" cy="9.6" r="1"/>
  </g>
</svg>`
});
