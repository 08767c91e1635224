/**
 * What is used of the SDK, in one module: it is loaded when a server starts, and the command has it in a file of its own
 * (scripts/bundle.mjs). The client, HTTP, and what they depend on are not in it.
 *
 * @since 0.1.0
 */
export { Server } from "@modelcontextprotocol/sdk/server/index.js"
export { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js"
export { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js"
