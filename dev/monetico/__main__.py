from dev.monetico.server import main

main()
