"""The demo city: writes fictional sources and registers them through the services."""
