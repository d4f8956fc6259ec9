"""`make bench`: figures on this machine, printed and kept in docs/performance.md by hand with the date and the machine."""
