/** The example's way to start TensorFlow where tfjs-node cannot be loaded: prints what it says. */
import Module from 'node:module';
import {startTensorFlow} from '../../examples/node/_tensorflow';

const modules = Module as unknown as {_load: (name: string, ...rest: unknown[]) => unknown};
const load = modules._load;
modules._load = (name, ...rest) => {
  if (name.includes('tfjs-node')) throw new Error('the addon can not be found\nand more');
  return load(name, ...rest);
};

startTensorFlow().then(
  () => console.log('started'),
  (error: unknown) => console.log(String(error)),
);
