/** Jest's globalSetup. A machine without a browser skips the tests that need one; CI gets one and skips nothing. */
import {installChromium} from './_chromium';

export default function globalSetup(): void {
  if (process.env.CI === 'true') installChromium();
}
