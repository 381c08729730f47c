"""The demo: a real Home Assistant over the simulator. The browser tests start it, too."""
