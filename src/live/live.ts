/** What runs as long as the web server does. What the other rooms may use. */
export { createServiceManager, type ServiceManager } from './service-manager.js';
