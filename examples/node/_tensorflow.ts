/** tfjs-node, which is not usable after `npm ci` alone. */
import path from 'node:path';

/** Loads TensorFlow and makes it the backend. Throws where it is missing, and says what to do. */
export async function startTensorFlow(): Promise<void> {
  // Its notes about the processor would stand between the progress bars; warnings and errors remain.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '1';
  try {
    const tf = await import('@tensorflow/tfjs-node');
    await tf.setBackend('tensorflow');
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error);
    throw new Error(`tfjs-node is not usable here. Run 'npm run setup', then try again.\n(It said: ${reason})`);
  }
}

/** tfjs reads 'file://' as a prefix of a path, not as a URL: a blank stays a blank. */
export function fileUrl(file: string): string {
  return `file://${path.resolve(file)}`;
}
