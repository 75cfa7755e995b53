// What a browser is shown: which node this is, and where to look further.
import type { NodeView } from './node-view.js';

const PLACES = [
  ['/api/v1/status', 'how this node is'],
  ['/api/openapi.json', 'everything that can be asked of it, as an OpenAPI document'],
  ['/metrics', 'what it counts, for Prometheus'],
  ['/healthz', 'whether it is alive'],
  ['/readyz', 'whether a load balancer should send mail here'],
] as const;

export function frontPage({ name, version }: Pick<NodeView, 'name' | 'version'>): string {
  const items = PLACES.map(([path, about]) => `<li><a href="${path}">${path}</a>: ${about}</li>`);
  const title = `CassMail ${escaped(version)} on ${escaped(name)}`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${title}</title>
<h1>${title}</h1>
<ul>
${items.join('\n')}
</ul>
<p>Commands: <code>cassmail --help</code>. There is no dashboard here yet.</p>
</html>
`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
