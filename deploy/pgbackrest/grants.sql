-- As postgres, in Keyuan's database: the user who backs up marks the moment at which all rows are counted.
GRANT EXECUTE ON FUNCTION pg_create_restore_point(text) TO keyuan;
