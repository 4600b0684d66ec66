import { connection } from './plugins/connection';

/**
 * What is added to the page.
 */
export default [connection];
