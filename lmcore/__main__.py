"""`python -m lmcore`: what the pages do, without a browser, through the same specs and the same engine."""

from lmcore.cli.main import main

if __name__ == "__main__":
    main()
