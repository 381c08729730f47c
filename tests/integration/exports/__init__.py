"""Exports, their files and their actions."""
