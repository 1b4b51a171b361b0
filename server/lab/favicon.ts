/** The mark of the look: a closed book with its spine, in the accent colour, for light and dark. */
export const FAVICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<style>.book{fill:#3345b8}.spine{fill:#ffffff;opacity:.8}@media (prefers-color-scheme:dark){.book{fill:#98a5ff}.spine{fill:#1b1e23}}</style>
<path class="book" d="M9 2h11a9 9 0 0 1 9 9v10a9 9 0 0 1-9 9H9a6 6 0 0 1-6-6V8a6 6 0 0 1 6-6z"/>
<rect class="spine" x="9.5" y="7" width="2.2" height="18" rx="1.1"/>
</svg>
`;
