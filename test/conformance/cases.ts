/** Every case of the suite. A backend leaves one out only with a stated reason. */
import type {Case} from './case';
import {OPTION_CASES} from './_option_cases';
import {SIGMOID_CASES} from './_sigmoid_cases';
import {SOFTMAX_CASES} from './_softmax_cases';

export const CASES: readonly Case[] = [...SOFTMAX_CASES, ...SIGMOID_CASES, ...OPTION_CASES];
