"""The way in: `python bot.py` does what `make run` does."""

from orgbot.cli import main

if __name__ == "__main__":
    main()
