"""A run as files that other programs read. One file a form; `requests.take_home` writes any of them."""
