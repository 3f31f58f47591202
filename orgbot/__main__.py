from orgbot.cli import main

main()
