"""Writing templates, queueing and sending messages, and hearing what became of them (PLT-11).

Contexts above queue with `queueing.send` or `queueing.send_many`; everything else serves the pages and the jobs.
"""
