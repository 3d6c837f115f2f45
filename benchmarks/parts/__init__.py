"""What can be measured, one module each: ``measure(run) -> dict`` returns figures as they stand in the JSON."""
