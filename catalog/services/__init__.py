"""What changes things: typed functions, each in one explicit transaction."""
