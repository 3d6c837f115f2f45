"""Claims: for now claims as records, imported or made by the demo book; the process has an issue of its own (CLM)."""
