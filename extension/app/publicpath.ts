/** Tells the bundle where its chunks are, before anything else of it runs. */
const config = document.getElementById('jupyter-config-data')?.textContent ?? '{}';

__webpack_public_path__ = `${String(JSON.parse(config).fullStaticUrl ?? '').replace(/\/$/, '')}/`;
