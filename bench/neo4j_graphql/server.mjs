// The yardstick: @neo4j/graphql with graphql-yoga on the graph that the bench has loaded.
//
// Everything it needs comes as one JSON line on standard input: {uri, user, password, database, secret, port}.
// It prints {"port": N} when it listens, and ends when standard input closes.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { Neo4jGraphQL } from "@neo4j/graphql";
import { GraphQLScalarType } from "graphql";
import { createYoga } from "graphql-yoga";
import neo4j from "neo4j-driver";

const order = JSON.parse(
  await new Promise((resolve) => createInterface({ input: process.stdin }).once("line", resolve)),
);
process.stdin.on("close", () => process.exit(0)).resume();

const driver = neo4j.driver(order.uri, neo4j.auth.basic(order.user, order.password), {
  maxConnectionPoolSize: 100,
  disableLosslessIntegers: true,
});
const Stamp = new GraphQLScalarType({ name: "Stamp", serialize: (value) => value.toString() });
const library = new Neo4jGraphQL({
  typeDefs: readFileSync(new URL("schema.graphql", import.meta.url), "utf8"),
  resolvers: { Stamp },
  driver,
  features: { authorization: { key: order.secret } },
});

// Introspection queries for the driver's version and alike happen once, here.
const yoga = createYoga({
  schema: await library.getSchema(),
  graphiql: false,
  logging: "error",
  landingPage: false,
  context: ({ request }) => ({
    token: request.headers.get("authorization"),
    sessionConfig: { database: order.database },
  }),
});
const server = createServer({ keepAliveTimeout: 600_000 }, yoga);
server.listen(order.port ?? 0, "127.0.0.1", () => {
  process.stdout.write(`${JSON.stringify({ port: server.address().port })}\n`);
});
