"""Reports of the command-line judges: what was done, by which protocol, and how well, as JSON and as one HTML file.

A judge builds a `Report` (`parts`) and hands it to `saving.write`. The JSON is for programs and holds every number in
full; the HTML holds the same in words, tables and drawings, needs nothing from the network and escapes what it is
given. Texts are pairs of Chinese and English, chosen when the file is written.
"""
