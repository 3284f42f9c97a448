"""The words of the inventory: frozen dataclasses, enums and pure rules. Standard library only."""
