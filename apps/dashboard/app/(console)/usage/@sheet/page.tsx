/** The list by itself: going there closes what was open over it. */
export { default } from './default';
