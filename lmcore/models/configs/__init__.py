"""The settings of each architecture, one file each, without torch: the server checks and sizes them."""
