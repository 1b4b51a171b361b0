/** The mark: a book with a marked day. Drawn in the accent colour, on light and dark. */
export const FAVICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<style>.page{fill:#3345b8}.line{fill:#fbfaf7}@media (prefers-color-scheme:dark){.page{fill:#98a5ff}.line{fill:#15171b}}</style>
<rect class="page" x="5" y="3" width="22" height="26" rx="5"/>
<rect class="line" x="10" y="9" width="12" height="2.5" rx="1.25"/>
<rect class="line" x="10" y="14.5" width="12" height="2.5" rx="1.25"/>
<circle class="line" cx="12.5" cy="22.5" r="2.5"/>
</svg>
`;
