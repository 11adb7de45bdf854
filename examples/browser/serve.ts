/** `npm run demo`: builds the page and serves it on this machine alone, until it is stopped. */
import {serve} from '../../test/browser/_server';
import {buildPage} from './build';

async function main(): Promise<void> {
  const {url} = await serve(await buildPage());
  console.log(`The page is at ${url} (Ctrl+C ends it).`);
}

void main();
