"""The figures of docs/scale.md: one command builds or reuses a book, starts the real server and measures (SCL).

``parts`` hold what is measured, one file each; they speak to the server over HTTP and know no Django. ``inside`` holds
what has to run beside the book: choosing what to visit, jobs, query plans, and taking back what was written.
"""
