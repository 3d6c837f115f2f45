"""Tables made of tables, as Ibis expressions that run on DuckDB and Spark alike (ANA-1)."""
