"""Everything facing out: settings, access, audit, GraphQL and the command."""
