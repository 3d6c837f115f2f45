"""Pages of benefits that fall due."""
