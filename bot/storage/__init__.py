"""The database: the only room that holds queries; it returns values of the domain."""
