"""What gate cameras push, maker by maker: each module has `read(request) -> list[Sighting]`."""
