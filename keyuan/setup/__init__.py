"""Set-up (PLT-18): the face an operator begins with. Owns the demo book and nothing that a running insurer needs."""
