"""The console: pages for people, which ask the service's own GraphQL as any other program does."""
