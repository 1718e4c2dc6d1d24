"""`python -m skyhold`: the same as the `skyhold` command."""

from skyhold.cli.main import main

if __name__ == "__main__":
    main()
