"""What a profile says of servers: binds, settings, the choice of one. Nothing is started here."""
