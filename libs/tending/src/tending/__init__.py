"""What keeps record, log and views alike: reading the log, comparing, publishing again, rebuilding."""
