// The one file that knows how certificates are made.
import { generate } from 'selfsigned';

export async function selfSigned(host: string): Promise<{ cert: string; key: string }> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: host }]);
  return { cert, key };
}
